using Xunit;

namespace DynamoCosmos.RealServers;

/// <summary>
/// Ceph's S3: one monitor, one OSD that keeps all in memory, one gateway. It checks signatures, presigned URLs, conditions and multipart
/// uploads as another make than ours. It starts in about 15 seconds. A fixture: one a collection.
/// </summary>
public sealed class RadosGateway : IAsyncLifetime
{
    private const string Packages = "ceph-mon ceph-osd radosgw ceph-common";

    internal static readonly string[] Commands = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "monmaptool"];

    private readonly string _folder = Directory.CreateTempSubdirectory("radosgw-").FullName;
    private readonly List<ServerProcess> _servers = [];

    public string AccessKey => "TESTACCESSKEY0000001";

    public string SecretKey => "test-secret-key-of-forty-characters-long";

    /// <summary>Such as http://127.0.0.1:41234/. Buckets are paths.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1/");

    public async Task InitializeAsync()
    {
        // Then every test of the collection is skipped.
        if (Installation.WhyUnavailable(RealServer.Ceph) is not null) return;
        foreach (string command in Commands) await Installation.CommandAsync(command, Packages);
        int monitorPort = ServerProcess.FreePort();
        string cluster = Guid.NewGuid().ToString(), disk = Guid.NewGuid().ToString();
        await File.WriteAllTextAsync(PathOf("ceph.conf"), Configuration(cluster, monitorPort));
        Directory.CreateDirectory(PathOf("mon"));
        Directory.CreateDirectory(PathOf("osd"));

        string address = $"[v2:127.0.0.1:{monitorPort}]";
        await RunAsync("monmaptool", "--create", "--fsid", cluster, "--addv", "a", address, PathOf("monmap"));
        await RunAsync("ceph-mon", "--mkfs", "-i", "a", "--monmap", PathOf("monmap"));
        ServerProcess monitor = Start("ceph-mon", "-f", "-i", "a", "--public-addrv", address);
        await monitor.WaitForPortAsync(monitorPort);
        await RunAsync("ceph", "--connect-timeout", "60", "osd", "new", disk);
        await RunAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
        await RunAsync("ceph", "osd", "crush", "add", "osd.0", "1", "host=tests", "root=default");
        Start("ceph-osd", "-f", "-i", "0");
        await RunAsync("radosgw-admin", "user", "create", "--uid", "tests", "--display-name", "tests", "--access-key", AccessKey,
            "--secret", SecretKey);

        int port = ServerProcess.FreePort();
        await Start("radosgw", "-f", "-n", "client.admin", "--rgw-frontends", $"beast endpoint=127.0.0.1:{port}").WaitForPortAsync(port);
        Endpoint = new($"http://127.0.0.1:{port}/");
    }

    public async Task DisposeAsync()
    {
        // In the other order than they were started: each needs the one before.
        for (int index = _servers.Count - 1; index >= 0; index--) await _servers[index].DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Configuration(string cluster, int monitorPort) => $"""
        [global]
        fsid = {cluster}
        mon host = v2:127.0.0.1:{monitorPort}
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        auth cluster required = none
        auth service required = none
        auth client required = none
        # The gateway wants secrecy from a monitor, which goes only with a key.
        ms mon client mode = crc
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        osd objectstore = memstore
        memstore device bytes = 2147483648
        mon allow pool size one = true
        mon data = {PathOf("mon")}
        osd data = {PathOf("osd")}
        rgw data = {_folder}
        run dir = {_folder}
        admin socket = {_folder}/$name.asok
        pid file =
        keyring = {PathOf("keyring")}
        log to file = false
        log to stderr = true
        err to stderr = true
        debug rocksdb = 0
        mon cluster log to file = false

        """;

    private ServerProcess Start(string program, params string[] arguments)
    {
        ServerProcess server = ServerProcess.Start(program, arguments, _folder, Environment);
        _servers.Add(server);
        return server;
    }

    private Task RunAsync(string program, params string[] arguments) => ServerProcess.RunAsync(program, arguments, Environment);

    private Dictionary<string, string> Environment => new() { ["CEPH_CONF"] = PathOf("ceph.conf") };

    private string PathOf(string name) => Path.Combine(_folder, name);
}
