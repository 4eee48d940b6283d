using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Faults;
using Microsoft.AspNetCore.Http;

namespace DynamoCosmos.Core.Tests.Sandbox;

public sealed class FaultProxyTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] s_body = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    private readonly List<string> _acted = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });
    private LoopbackServer _service = null!;

    public async Task InitializeAsync() => _service = await LoopbackServer.StartAsync(AnswerAsync);

    [Fact]
    public async Task Without_faults_everything_passes_as_it_is()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint);
        using HttpResponseMessage answer = await _client.SendAsync(new(HttpMethod.Put, new Uri(proxy.Endpoint, "/echo?x=%2F&sig=secret"))
        {
            Content = new ByteArrayContent(s_body),
            Headers = { { "X-Sent", "as it is" } },
        });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(s_body, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(["PUT /echo?x=%2F&sig=secret as it is 127.0.0.1:" + proxy.Endpoint.Port], _acted);
        ProxiedExchange exchange = Assert.Single(proxy.Exchanges);
        Assert.Equal((1L, "PUT", "/echo", 200), (exchange.Number, exchange.Method, exchange.Path, exchange.Status));
        Assert.Empty(exchange.Faults);
    }

    [Fact]
    public async Task Chunked_bodies_HEAD_and_empty_answers_keep_the_connection()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint);
        for (int i = 0; i < 3; i++)
        {
            using HttpRequestMessage chunked =
                new(HttpMethod.Post, new Uri(proxy.Endpoint, "/chunked")) { Content = new StreamContent(new MemoryStream(s_body)) };
            chunked.Headers.TransferEncodingChunked = true;
            using HttpResponseMessage answer = await _client.SendAsync(chunked);
            Assert.Equal(s_body, await answer.Content.ReadAsByteArrayAsync());
            using HttpResponseMessage head = await _client.SendAsync(new(HttpMethod.Head, new Uri(proxy.Endpoint, "/bytes")));
            Assert.Equal(s_body.Length, head.Content.Headers.ContentLength);
            using HttpResponseMessage none = await _client.DeleteAsync(new Uri(proxy.Endpoint, "/none"));
            Assert.Equal(HttpStatusCode.NoContent, none.StatusCode);
        }
        Assert.Equal(9, proxy.Exchanges.Count);
    }

    [Fact]
    public async Task A_reset_before_keeps_the_request_from_the_service()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint, new FaultScenario().Always(new Fault.ResetBefore()));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PutAsync(new Uri(proxy.Endpoint, "/echo"), new ByteArrayContent([1])));
        Assert.Empty(_acted);
        Assert.All(proxy.Exchanges, e => Assert.Equal((0, "ResetBefore"), (e.Status, e.Faults.Single())));
    }

    [Fact]
    public async Task A_reset_after_lets_the_service_act()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint, new FaultScenario().First(1, new Fault.ResetAfter()));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PutAsync(new Uri(proxy.Endpoint, "/echo"), new ByteArrayContent([1])));
        Assert.Single(_acted);
        using HttpResponseMessage again = await _client.GetAsync(new Uri(proxy.Endpoint, "/bytes"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task An_injected_answer_comes_before_or_after_the_service_acted()
    {
        ServiceAnswer busy = ServiceAnswer.Cosmos(429, 3200, TimeSpan.FromMilliseconds(17));
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint, new FaultScenario().First(1, new Fault.Answer(busy))
            .Between(2, 2, new Fault.AnswerAfter(busy)));
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await _client.PutAsync(new Uri(proxy.Endpoint, "/echo"), new ByteArrayContent(s_body));
            Assert.Equal((HttpStatusCode)429, answer.StatusCode);
            Assert.Equal(("3200", "17"),
                (answer.Headers.GetValues("x-ms-substatus").Single(), answer.Headers.GetValues("x-ms-retry-after-ms").Single()));
            Assert.Equal(i, _acted.Count);
        }
    }

    [Theory]
    [InlineData("/bytes")]
    [InlineData("/chunked-bytes")]
    public async Task A_truncated_answer_ends_early_and_is_no_valid_answer(string path)
    {
        await using FaultProxy proxy =
            await FaultProxy.StartAsync(_service.Endpoint, new FaultScenario().Always(new Fault.Truncate(20_000)));
        using HttpResponseMessage answer = await _client.GetAsync(new Uri(proxy.Endpoint, path), HttpCompletionOption.ResponseHeadersRead);
        using MemoryStream got = new();
        Exception? error = await Record.ExceptionAsync(() => answer.Content.CopyToAsync(got));
        Assert.True(error is IOException or HttpRequestException, $"{error}");
        Assert.Equal(s_body[..(int)got.Length], got.ToArray());
        Assert.InRange(got.Length, 1, 20_000);
    }

    [Theory]
    [InlineData("/bytes")]
    [InlineData("/chunked-bytes")]
    public async Task A_flipped_byte_is_the_only_change(string path)
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint, new FaultScenario().Always(new Fault.Flip(12_345)));
        byte[] got = await _client.GetByteArrayAsync(new Uri(proxy.Endpoint, path));
        Assert.Equal(s_body.Length, got.Length);
        Assert.Equal([12_345], Enumerable.Range(0, got.Length).Where(i => got[i] != s_body[i]));
    }

    [Fact]
    public async Task Delays_and_trickling_take_their_time()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint,
            new FaultScenario().First(1, new Fault.Delay(TimeSpan.FromMilliseconds(300))).Between(2, 2, new Fault.Slow(200_000)));
        Stopwatch clock = Stopwatch.StartNew();
        await _client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/bytes"));
        Assert.InRange(clock.ElapsedMilliseconds, 290, long.MaxValue);
        clock.Restart();
        Assert.Equal(s_body, await _client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/bytes")));
        Assert.InRange(clock.ElapsedMilliseconds, 400, long.MaxValue);
    }

    [Fact]
    public async Task An_outage_cuts_open_connections_and_refuses_new_ones_until_it_ends()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_service.Endpoint);
        await _client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/bytes"));
        Task<byte[]> waiting = _client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/wait"));
        await Eventually.UntilAsync(() => _acted.Count >= 2);
        proxy.IsDown = true;
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/bytes")));
        proxy.IsDown = false;
        Assert.Equal(s_body, await _client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/bytes")));
    }

    [Fact]
    public async Task The_date_of_an_answer_can_be_off()
    {
        await using FaultProxy proxy =
            await FaultProxy.StartAsync(_service.Endpoint, new FaultScenario().Always(new Fault.SkewDate(TimeSpan.FromMinutes(-2))));
        using HttpResponseMessage answer = await _client.GetAsync(new Uri(proxy.Endpoint, "/bytes"));
        Assert.InRange(answer.Headers.Date!.Value - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(-130), TimeSpan.FromSeconds(-115));
    }

    [Fact]
    public async Task Https_goes_through_on_both_sides()
    {
        using SandboxCertificates certificates = new();
        await using LoopbackServer secure = await LoopbackServer.StartAsync(AnswerAsync, certificate: certificates.Server);
        await using FaultProxy proxy =
            await FaultProxy.StartAsync(secure.Endpoint, new FaultScenario().First(1, new Fault.ResetAfter()), certificates.Server);
        using HttpClient client = new(
            new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate!.Subject == "CN=localhost" }
            });
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.PutAsync(new Uri(proxy.Endpoint, "/echo"), new ByteArrayContent(s_body)));
        Assert.Equal(s_body, await client.GetByteArrayAsync(new Uri(proxy.Endpoint, "/bytes")));
        Assert.Equal(2, _acted.Count);
    }

    [Fact]
    public void The_same_seed_draws_the_same_faults_and_another_seed_others()
    {
        static string Drawn(int seed)
        {
            FaultScenario scenario =
                new FaultScenario(seed).Sometimes(0.3, new Fault.ResetBefore(), r => r.Path == "/a").Sometimes(0.1, new Fault.ResetAfter());
            StringBuilder drawn = new();
            for (int i = 1; i <= 1_000; i++)
                foreach (Fault fault in scenario.Draw(
                    new(i, "GET", i % 2 == 0 ? "/a" : "/b", new Dictionary<string, string>(), default))) drawn.Append($"{i}{fault.Name} ");
            return drawn.ToString();
        }
        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
        Assert.InRange(Drawn(1).Split("ResetBefore").Length, 110, 190);
        Assert.InRange(Drawn(1).Split("ResetAfter").Length, 60, 140);
    }

    [Fact]
    public void Rules_apply_by_count_time_and_kind()
    {
        FaultScenario scenario = new FaultScenario()
            .First(2, new Fault.ResetBefore(), r => !r.IsRead)
            .Every(3, new Fault.ResetAfter())
            .Between(2, 4, new Fault.Truncate(1))
            .During(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7), new Fault.Flip(1))
            .Periodically(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1), new Fault.Slow(1));
        string[] drawn = [.. Enumerable.Range(1, 8).Select(i => string.Join('+',
            scenario.Draw(new(i, i % 2 == 0 ? "GET" : "PUT", "/", new Dictionary<string, string>(), TimeSpan.FromSeconds(i)))
                .Select(f => f.Name)))];
        Assert.Equal(["ResetBefore", "Truncate", "ResetBefore+ResetAfter+Truncate", "Truncate+Slow", "Flip", "ResetAfter+Flip", "", "Slow"],
            drawn);
    }

    [Fact]
    public void The_first_request_of_each_path_is_met_once()
    {
        FaultScenario scenario = new FaultScenario().FirstOfEachPath(new Fault.Flip(1), r => r.IsRead);
        Assert.Equal(["", "Flip", "Flip", "", "", "Flip"], Drawn(scenario, "PUT /a,GET /a,GET /b,GET /a,HEAD /b,GET /c"));
    }

    [Fact]
    public void No_more_of_one_path_in_a_row_than_the_scenario_allows()
    {
        FaultScenario scenario = new FaultScenario(mostInARow: 2).Always(new Fault.Flip(1));
        Assert.Equal(["Flip", "Flip", "Flip", "", "Flip", "Flip", "Flip", ""],
            Drawn(scenario, "GET /a,GET /a,GET /b,GET /a,HEAD /a,GET /a,GET /b,GET /b"));
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _client.Dispose();

    private static IEnumerable<string> Drawn(FaultScenario scenario, string requests) =>
        requests.Split(',').Select(r => r.Split(' ')).Select((r, i) =>
        string.Join('+', scenario.Draw(new(i + 1, r[0], r[1], new Dictionary<string, string>(), default)).Select(f => f.Name)));

    private async Task AnswerAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        lock (_acted) _acted.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} " +
            $"{context.Request.Headers["X-Sent"]} {context.Request.Headers.Host}");
        switch (context.Request.Path.Value)
        {
            case "/none":
                context.Response.StatusCode = 204;
                break;
            case "/wait":
                await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
                break;
            case "/bytes":
                context.Response.ContentLength = s_body.Length;
                if (context.Request.Method != "HEAD") await context.Response.Body.WriteAsync(s_body);
                break;
            case "/chunked-bytes":
                foreach (byte[] part in s_body.Chunk(7_777))
                {
                    await context.Response.Body.WriteAsync(part);
                    await context.Response.Body.FlushAsync();
                }
                break;
            default:
                await context.Response.Body.WriteAsync(body.ToArray());
                break;
        }
    }
}
