using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

[Trait("Category", "Slow")]
public sealed class WritePipelineTests
{
    private readonly VirtualTime _time = new();
    private readonly List<MigrationException> _failures = [];

    [Fact]
    public async Task A_settled_write_tells_what_all_its_tries_cost_and_the_version_that_it_made()
    {
        WriteReceipt receipt = await WriteAsync(Upsert(), new(429, 3200, 0.38), new(449, 0, 1.5), new(201, 0, 10.29, ETag: "\"1\""));
        Assert.Equal((WriteOutcome.Settled, 12.17, "\"1\""), (receipt.Outcome, receipt.RequestCharge, receipt.Answer.ETag));
        Assert.False(receipt.MayBeWritten);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_refused_write_has_the_answer_and_the_rule()
    {
        WriteReceipt receipt = await WriteAsync(Upsert(), new(503, 0, 0), new(413, 0, 1, Message: "Request size is too large"));
        WriteAnswer answer = receipt.Answer;
        Assert.Equal((WriteOutcome.Refused, 413, "Request size is too large"), (receipt.Outcome, answer.Status, answer.Message));
        Assert.Equal((WriteVerdict.Reject, "the document is over 2 MB"), (receipt.Rule!.Verdict, receipt.Rule.Why));
        Assert.True(receipt.MayBeWritten);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_write_that_nobody_will_take_is_left_open_and_the_pipeline_fails()
    {
        WriteReceipt receipt = await WriteAsync(Upsert(), new WriteAnswer(401, 0, 0));
        Assert.Equal((WriteOutcome.LeftOpen, 401, WriteVerdict.Stop), (receipt.Outcome, receipt.Answer.Status, receipt.Rule!.Verdict));
        Assert.Same(receipt.Failure, Assert.Single(_failures));
        Assert.Equal("WriteNotAuthenticated", receipt.Failure!.ErrorId);
    }

    [Theory]
    [InlineData(429, "ThrottledTooLong")]
    [InlineData(503, "WritesKeptFailing")]
    public async Task A_write_that_fails_for_too_long_is_left_open(int status, string errorId)
    {
        DateTimeOffset began = _time.GetUtcNow();
        WriteReceipt receipt = await WriteAsync(Upsert(), new WriteAnswer(status, 0, 0));
        Assert.Equal((WriteOutcome.LeftOpen, status, errorId), (receipt.Outcome, receipt.Answer.Status, receipt.Failure?.ErrorId));
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task A_sink_that_throws_leaves_the_write_open()
    {
        FuncSink sink = new(static _ => throw new InvalidOperationException("the sink is broken"));
        WriteReceipt receipt = await WriteAsync(sink, Upsert());
        Assert.Equal((WriteOutcome.LeftOpen, "WriteFailed", (WriteRule?)null), (receipt.Outcome, receipt.Failure?.ErrorId, receipt.Rule));
        Assert.Contains("the sink is broken", receipt.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_throws_ends_the_run_and_gives_its_room_back()
    {
        await using WritePipeline pipeline = Open(new FuncSink(static _ => Task.FromResult(new WriteAnswer(201, 0, 1))));
        await pipeline.WriteAsync(new ThrowingWrite(), default);
        Assert.True(SpinWait.SpinUntil(() => pipeline.Gate.InFlight == 0, TimeSpan.FromMinutes(1)));
        Assert.Equal("WriteFailed", Assert.Single(_failures).ErrorId);
    }

    [Theory]
    [InlineData(409, false)]
    [InlineData(404, true)]
    [InlineData(412, true)]
    public async Task A_condition_that_is_not_met_is_a_refusal_with_a_reason_of_its_own(int status, bool hasETag)
    {
        WriteReceipt receipt = await WriteAsync(Conditional(hasETag), new WriteAnswer(status, 0, 1));
        Assert.Equal((WriteOutcome.Refused, status), (receipt.Outcome, receipt.Rule!.Status));
        Assert.DoesNotContain("container", receipt.Rule.Why, StringComparison.Ordinal);
        Assert.Empty(_failures);
    }

    [Theory]
    [InlineData(409, false)]
    [InlineData(404, true)]
    [InlineData(412, true)]
    public async Task A_condition_that_the_writes_own_earlier_try_may_have_spoiled_leaves_it_open(int status, bool hasETag)
    {
        WriteReceipt lost = await WriteAsync(Conditional(hasETag), new(0, 0, 0), new(status, 0, 1));
        Assert.Equal((WriteOutcome.LeftOpen, status, true), (lost.Outcome, lost.Answer.Status, lost.MayBeWritten));
        // A throttled try was surely not carried out.
        Assert.Equal(WriteOutcome.Refused, (await WriteAsync(Conditional(hasETag), new(429, 0, 0), new(status, 0, 1))).Outcome);
        // The SDK repeats writes too, and the sink knows of it.
        FuncSink repeated = new(_ => Task.FromResult(new WriteAnswer(status, 0, 1))) { Repeats = 1 };
        Assert.Equal(WriteOutcome.LeftOpen, (await WriteAsync(repeated, Conditional(hasETag))).Outcome);
        Assert.Equal(WriteOutcome.Refused, (await WriteAsync(repeated, Conditional(hasETag))).Outcome);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_container_that_is_gone_is_no_condition()
    {
        WriteReceipt receipt = await WriteAsync(Conditional(hasETag: true), new WriteAnswer(404, 1003, 0));
        Assert.Equal((WriteOutcome.LeftOpen, "TargetContainerGone"), (receipt.Outcome, receipt.Failure?.ErrorId));
    }

    [Fact]
    public async Task What_is_under_way_when_the_pipeline_is_disposed_is_left_open()
    {
        FuncSink sink = new(static _ => Task.FromResult(new WriteAnswer(503, 0, 0)));
        WritePipeline pipeline = Open(sink);
        AwaitedWrite pausing = new(Upsert());
        await pipeline.WriteAsync(pausing, default);
        await pipeline.DisposeAsync();
        WriteReceipt receipt = await pausing.Receipt;
        Assert.Equal((WriteOutcome.LeftOpen, (MigrationException?)null), (receipt.Outcome, receipt.Failure));
        Assert.Empty(_failures);
    }

    private static ItemWrite Upsert() => new(WriteKind.Upsert, "a", ["p"], new byte[2]);

    private static ItemWrite Conditional(bool hasETag) =>
        Upsert() with { Condition = hasETag ? WriteCondition.IfMatch("\"7\"") : WriteCondition.IfNoneMatch };

    /// <summary>The sink gives these answers one after another, and the last one again and again.</summary>
    private Task<WriteReceipt> WriteAsync(ItemWrite write, params WriteAnswer[] answers)
    {
        int tries = 0;
        return WriteAsync(new FuncSink(_ => Task.FromResult(answers[Math.Min(tries++, answers.Length - 1)])), write);
    }

    private async Task<WriteReceipt> WriteAsync(FuncSink sink, ItemWrite write)
    {
        await using WritePipeline pipeline = Open(sink);
        AwaitedWrite awaited = new(write);
        await pipeline.WriteAsync(awaited, default);
        await _time.RunAsync(awaited.Receipt);
        return await awaited.Receipt;
    }

    private WritePipeline Open(IItemSink sink) =>
        new(sink, new() { MaxInFlight = 10, RetryTimeout = TimeSpan.FromMinutes(3) }, _time, error =>
        {
            lock (_failures) _failures.Add(error);
        });

    private sealed class ThrowingWrite : PendingWrite
    {
        internal ThrowingWrite() => SetWrite(Upsert());

        internal override int Bytes => 2;

        internal override void Take(in WriteReceipt receipt) => throw new InvalidOperationException("the receiver is broken");
    }
}
