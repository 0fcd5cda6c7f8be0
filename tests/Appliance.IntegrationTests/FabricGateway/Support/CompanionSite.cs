using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>
/// A Fabric network (the double), an authority, a data folder, and the companion's real process between them, which may be killed and
/// started again.
/// </summary>
internal sealed class CompanionSite : IAsyncDisposable
{
    private static readonly DirectoryInfo s_here = new(AppContext.BaseDirectory);

    private static readonly string s_assembly =
        Path.Combine(s_here.Parent!.Parent!.FullName, "Appliance.FabricGateway", s_here.Name, "Appliance.FabricGateway.dll");

    private readonly TemporaryFolder _folder = new();

    private readonly string? _unit;

    private CompanionSite(TestAuthority authority, FabricDouble network, string? unit) => (Authority, Network, _unit) = (authority, network, unit);

    public TestAuthority Authority { get; }

    public FabricDouble Network { get; }

    public SigningBox Box { get; } = new("7F3A");

    public string ConfigurationFile => Path.Combine(_folder.Path, "fabric-gateway.json");

    private string Data => Path.Combine(_folder.Path, "data");

    /// <summary>Registers <see cref="Box"/> in the configuration.</summary>
    /// <param name="change">Of the configuration.</param>
    /// <param name="contract">What the network runs; null: <see cref="AnchorContract"/>.</param>
    /// <param name="unit">Organisational unit in the companion's certificate; <c>admin</c> is Fabric's role of that name.</param>
    public static async Task<CompanionSite> Start(Action<JsonObject>? change = null, ContractFunction? contract = null, string? unit = null)
    {
        var authority = new TestAuthority();
        var network = await FabricDouble.Start(new() { Authority = authority, Contract = contract ?? AnchorContract.Run });
        var site = new CompanionSite(authority, network, unit);
        site.Configure(change);
        return site;
    }

    /// <summary>Writes the configuration anew.</summary>
    public void Configure(Action<JsonObject>? change = null)
    {
        var (cert, key) = Authority.IssueClient("companion", _unit);
        var configuration = new JsonObject
        {
            ["Storage"] = new JsonObject { ["DataDirectory"] = Data, ["MinFreeBytes"] = 0 },
            ["Fabric"] = new JsonObject
            {
                ["Endpoint"] = Network.Address.ToString(),
                ["TlsCaFile"] = Authority.CaFile,
                ["MspId"] = "Org1MSP",
                ["CertFile"] = cert,
                ["KeyFile"] = key,
                ["Channel"] = Network.Channel,
                ["Chaincode"] = Network.Chaincode,
            },
            ["Anchoring"] = new JsonObject { ["Gather"] = "00:00:00", ["RetryFirst"] = "00:00:00.100", ["RetryLongest"] = "00:00:01" },
            ["Https"] = new JsonObject
            {
                ["Enabled"] = true,
                ["Address"] = "127.0.0.1",
                ["Port"] = 0,
                ["CertFile"] = Authority.ServerCertFile,
                ["KeyFile"] = Authority.ServerKeyFile,
                ["ClientCaFiles"] = new JsonArray(Authority.CaFile),
            },
            ["Observe"] = new JsonObject { ["Port"] = 0, ["CertificateDays"] = 1 },
            ["Devices"] = new JsonArray(new JsonObject { ["Serial"] = Box.Serial, ["Address"] = Box.Address }),
        };
        change?.Invoke(configuration);
        File.WriteAllText(ConfigurationFile, configuration.ToJsonString());
    }

    /// <summary>Starts the companion; it takes in when this returns.</summary>
    public async Task<Companion> Run(params string[] options)
    {
        var process = BoxProcess.Start(StartInfo(["run", .. options]));
        var said = await process.FirstOutput();
        var addresses = said["Listening on ".Length..].Split(" (")[0].Split(", ").Select(address => new Uri(address)).ToList();
        return new(process, addresses.Find(address => address.Scheme == "https"), addresses.Find(address => address.Scheme == "http")!);
    }

    /// <summary>The companion's disk is lost; it must not run.</summary>
    public void ForgetOutbox() => Directory.Delete(Data, recursive: true);

    /// <summary>A verb that ends by itself.</summary>
    public async Task<(int ExitCode, string Output)> Verb(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Long);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>A client with the certificate of a box; null: none.</summary>
    public HttpClient Client(Uri address, string? serial)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => Vouches(certificate);
        if (serial is not null)
        {
            var (cert, key) = Authority.IssueClient(serial);
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(cert, key), null, offline: true);
        }

        return new(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Headers on the double: key → how many valid transactions wrote it.</summary>
    public Dictionary<string, int> Written() => Network.Ledger.Transactions
        .Where(transaction => transaction.IsValid)
        .SelectMany(transaction => transaction.Call.Writes.Keys)
        .GroupBy(key => key)
        .ToDictionary(group => group.Key, group => group.Count());

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        Authority.Dispose();
        _folder.Dispose();
    }

    private ProcessStartInfo StartInfo(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [s_assembly, .. arguments, "--config", ConfigurationFile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "SUDO_USER" })
            start.Environment.Remove(name);
        // As the unit sets them.
        start.Environment["DOTNET_GCgen0size"] = "0x300000";
        start.Environment["MALLOC_ARENA_MAX"] = "2";
        return start;
    }

    private bool Vouches(X509Certificate? certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Authority.CaFile);
        return certificate is X509Certificate2 two && chain.Build(two);
    }
}

/// <summary>One run of the companion.</summary>
/// <param name="Process">Its process.</param>
/// <param name="Boxes">Where boxes speak; null when HTTPS is off.</param>
/// <param name="Observe">Health and metrics.</param>
internal sealed record Companion(BoxProcess Process, Uri? Boxes, Uri Observe) : IAsyncDisposable
{
    /// <summary>Resident memory, bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
