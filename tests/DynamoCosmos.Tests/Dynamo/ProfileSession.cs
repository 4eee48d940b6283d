using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.SignIn;

namespace DynamoCosmos.Tests.Dynamo;

/// <summary>
/// One session, in a process of its own, that signs in with each profile of a set of shared AWS files in turn. Home, files and endpoints
/// are its own: nothing of the developer's is read. Another copy of the SDK's SSO assemblies is loaded in it first, as AWS.Tools does.
/// </summary>
public sealed class ProfileSession : IAsyncLifetime
{
    private const string Account = "123456789012", OtherAccount = "210987654321";

    private const string Script = """
        param($Module, $Home1, $Endpoint, $SignIn, $Names)
        $none = [NullString]::Value
        foreach ($pair in @{
            HOME = $Home1; AWS_CONFIG_FILE = "$Home1/config"; AWS_SHARED_CREDENTIALS_FILE = "$Home1/credentials"
            AWS_EC2_METADATA_DISABLED = 'true'
            AWS_ENDPOINT_URL_SSO = $SignIn; AWS_ENDPOINT_URL_SSO_OIDC = $SignIn; AWS_ENDPOINT_URL_STS = $SignIn
            AWS_PROFILE = $none; AWS_REGION = $none; AWS_ACCESS_KEY_ID = $none; AWS_SECRET_ACCESS_KEY = $none; AWS_SESSION_TOKEN = $none
        }.GetEnumerator()) { [Environment]::SetEnvironmentVariable($pair.Key, $pair.Value) }
        foreach ($name in 'AWSSDK.SSO', 'AWSSDK.SSOOIDC', 'AWSSDK.SecurityToken') {
            $file = [IO.Path]::Combine([IO.Path]::GetDirectoryName($Module), 'core', "$name.dll")
            $null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath($file)
        }
        Import-Module $Module -ErrorAction Stop

        function Show($Label, $Parameters) {
            try { "$Label|$((Get-DynamoTable @Parameters -EndpointUrl $Endpoint -ErrorAction Stop).TableName)" }
            catch { "$Label|$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.Exception.Message)" }
        }
        foreach ($name in $Names.Split(',')) { Show $name @{ ProfileName = $name } }

        foreach ($name in 'sso', 'role', 'expired') {
            [Environment]::SetEnvironmentVariable('AWS_PROFILE', $name)
            Show "AWS_PROFILE=$name" @{ Region = 'eu-central-1' }
        }
        [Environment]::SetEnvironmentVariable('AWS_PROFILE', $none)
        [Environment]::SetEnvironmentVariable('AWS_ACCESS_KEY_ID', 'AKIAUSER000000000001')
        [Environment]::SetEnvironmentVariable('AWS_SECRET_ACCESS_KEY', 'user-secret')
        Show 'role-of-environment' @{ ProfileName = 'role-of-environment' }
        """;

    private static readonly AwsCredential s_user = new("AKIAUSER000000000001", "user-secret") { UserName = "user" };
    private static readonly AwsCredential s_reader = new("ASIAREADER0000000001", "reader-secret", "reader-token");
    private static readonly AwsCredential s_migrator = new("ASIAMIGRATOR00000001", "migrator-secret", "migrator-token");

    private readonly string _home = Directory.CreateTempSubdirectory("dynamocosmos-profiles-").FullName;
    private readonly Dictionary<string, string> _answers = [];

    internal SignInStandIn SignIn { get; private set; } = null!;

    /// <summary>The names of the tables that the sign-in sees, else the id of the error and its message.</summary>
    internal string this[string label] => _answers[label];

    internal string CacheFile(string sessionOrStartUrl)
    {
        string name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(sessionOrStartUrl)));
        return Path.Combine(_home, ".aws", "sso", "cache", name + ".json");
    }

    public async Task InitializeAsync()
    {
        SignIn = await SignInStandIn.StartAsync(new()
        {
            Credentials = [s_user, s_reader],
            Tokens = ["valid-token"],
            Client = new("client-1", "client-secret", "refresh-1", "refreshed-token"),
            Roles =
            [
                new(Account, "Reader", s_reader) { IsAssigned = true },
                new(OtherAccount, "Migrator", s_migrator) { Trusted = [s_user.AccessKey, s_reader.AccessKey] },
                new(OtherAccount, "Guarded", s_migrator) { Trusted = [s_user.AccessKey], ExternalId = "ours" },
            ],
        });
        await using AwsStandIn aws = await AwsStandIn.StartAsync(new() { Credentials = [s_reader, s_migrator] });
        aws.Dynamo.CreateTable("Orders", "id:S");
        string[] names = WriteFiles();
        string script = Path.Combine(_home, "profiles.ps1");
        await File.WriteAllTextAsync(script, Script);
        using ScriptProcess run = ScriptProcess.Start(
            script, "-Module", ModuleHost.ManifestPath, "-Home1", _home, "-Names", string.Join(',', names),
            "-Endpoint", aws.Endpoint.AbsoluteUri, "-SignIn", SignIn.Endpoint.AbsoluteUri);
        string output = (await run.WaitAsync()).ThrowIfFailed().Output;
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split('|', 2) is [string label, string answer]) _answers[label] = answer;
        }
    }

    public async Task DisposeAsync()
    {
        await SignIn.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private string[] WriteFiles()
    {
        StringBuilder config = new();
        foreach (string session in (string[])["corp", "refreshable", "unrefreshable", "expired", "absent", "revoked"])
            config.Append($"[sso-session {session}]\n{At("corp")}\nsso_registration_scopes = sso:account:access\n\n");
        List<string> names = [];
        Profile("sso", Sso("corp"));
        Profile("legacy", $"{At("old")}\nsso_account_id = {Account}\nsso_role_name = Reader");
        Profile("refreshable", Sso("refreshable"));
        Profile("unrefreshable", Sso("unrefreshable"));
        Profile("expired", Sso("expired"));
        Profile("absent", Sso("absent"));
        Profile("revoked", Sso("revoked"));
        Profile("unassigned", Sso("corp", "Admin"));
        Profile("half", $"sso_account_id = {Account}\nsso_role_name = Reader");
        Profile("user", "aws_access_key_id = AKIAUSER000000000001\naws_secret_access_key = user-secret");
        Profile("role", Role("Migrator") + "source_profile = user");
        Profile("role-of-sso", Role("Migrator") + "role_session_name = nightly\nsource_profile = sso");
        Profile("role-of-role", Role("Migrator") + "source_profile = role-of-sso");
        Profile("role-of-expired", Role("Migrator") + "source_profile = expired");
        Profile("guarded", Role("Guarded") + "source_profile = user\nexternal_id = ours");
        Profile("untrusted", Role("Guarded") + "source_profile = user");
        Profile("mfa", Role("Migrator") + $"source_profile = user\nmfa_serial = arn:aws:iam::{Account}:mfa/user");
        Profile("circle", Role("Migrator") + "source_profile = circle-2");
        Profile("circle-2", Role("Migrator") + "source_profile = circle");
        Profile("rootless", Role("Migrator") + "source_profile = nobody");
        string[] tried = [.. names];
        Profile("role-of-environment", Role("Migrator") + "credential_source = Environment");
        File.WriteAllText(Path.Combine(_home, "config"), config.ToString());
        File.WriteAllText(Path.Combine(_home, "credentials"), "");

        Directory.CreateDirectory(Path.GetDirectoryName(CacheFile("corp"))!);
        DateTime later = DateTime.UtcNow.AddHours(4), earlier = DateTime.UtcNow.AddHours(-1);
        Token("corp", "valid-token", later);
        Token("https://old.awsapps.com/start", "valid-token", later);
        Token("refreshable", "old-token", earlier, "refresh-1");
        Token("unrefreshable", "old-token", earlier, "refresh-of-somebody-else");
        Token("expired", "old-token", earlier);
        Token("revoked", "revoked-token", later);
        return tried;

        void Profile(string name, string settings)
        {
            names.Add(name);
            config.Append($"[profile {name}]\nregion = eu-central-1\n{settings}\n\n");
        }
    }

    private static string Sso(string session, string role = "Reader") =>
        $"sso_session = {session}\nsso_account_id = {Account}\nsso_role_name = {role}";

    private static string At(string directory) => $"sso_region = eu-central-1\nsso_start_url = https://{directory}.awsapps.com/start";

    private static string Role(string name) => $"role_arn = arn:aws:iam::{OtherAccount}:role/{name}\n";

    // As 'aws sso login' writes it.
    private void Token(string key, string token, DateTime expires, string? refresh = null)
    {
        Dictionary<string, string> file = new()
        {
            ["startUrl"] = "https://corp.awsapps.com/start",
            ["region"] = "eu-central-1",
            ["accessToken"] = token,
            ["expiresAt"] = Time(expires),
        };
        if (refresh is not null)
        {
            file["clientId"] = "client-1";
            file["clientSecret"] = "client-secret";
            file["registrationExpiresAt"] = Time(DateTime.UtcNow.AddDays(60));
            file["refreshToken"] = refresh;
        }
        File.WriteAllText(CacheFile(key), JsonSerializer.Serialize(file));
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
