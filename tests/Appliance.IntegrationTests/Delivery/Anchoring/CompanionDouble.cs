using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;
using Appliance.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Appliance.IntegrationTests.Delivery.Anchoring;

/// <summary>
/// The companion's HTTPS interface with a ledger that is a dictionary: takes only client certificates of its authority (or one
/// fingerprint), only for the device that the certificate names, checks every signature against the register, and gives receipts.
/// </summary>
internal sealed class CompanionDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();

    // Headers by number.
    private readonly SortedDictionary<long, JsonObject> _batches = [];

    private CompanionDouble(WebApplication app) => _app = app;

    /// <summary>Addresses by device; a rotation adds one.</summary>
    public ConcurrentDictionary<string, List<string>> Register { get; } = new();

    /// <summary>How many headers were taken.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _batches.Count;
        }
    }

    /// <summary>Everything else that was taken: path and element.</summary>
    public ConcurrentQueue<(string Path, JsonObject Element)> Others { get; } = new();

    /// <summary>Status of the next answers; then 200.</summary>
    public ConcurrentQueue<int> Faults { get; } = new();

    /// <summary>Whether what was taken is on the ledger.</summary>
    public bool Commits { get; set; } = true;

    /// <summary>Changes receipts on their way.</summary>
    public Action<JsonObject>? Twist { get; set; }

    public int Posts;

    public string Url => _app.Urls.First();

    public static async Task<CompanionDouble> Start(TestAuthority tls, int port = 0, string? fingerprint = null)
    {
        var authority = X509CertificateLoader.LoadCertificateFromFile(tls.CaFile);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            using var pem = X509Certificate2.CreateFromPemFile(tls.ServerCertFile, tls.ServerKeyFile);
            listen.UseHttps(https =>
            {
                https.ServerCertificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
                https.HandshakeTimeout = TimeSpan.FromMinutes(1);
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => fingerprint is not null
                    ? certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256) == fingerprint
                    : IsIssuedBy(certificate, authority);
            });
        }));
        var companion = new CompanionDouble(builder.Build());
        foreach (var path in new[] { "batches", "evidence", "keys", "watchlists", "updates" })
            companion._app.MapPost("/v1/" + path, http => companion.Take(http, path));
        companion._app.MapGet("/v1/receipts", companion.Receipts);
        await companion._app.StartAsync();
        return companion;
    }

    public JsonObject ReceiptOf(long seq)
    {
        var header = _batches[seq];
        var receipt = new JsonObject
        {
            ["ledger"] = "hyperledger-fabric",
            ["channel"] = "evidence",
            ["chaincode"] = "anchor",
            ["transaction"] = new string('a', 60) + seq.ToString("D4", null),
            ["block"] = 100 + seq,
            ["mspId"] = "Org1MSP",
            ["device"] = (string)header["device"]!,
            ["seq"] = seq,
            ["root"] = (string)header["root"]!,
            ["committedAt"] = "2026-11-21T12:00:00.000Z",
        };
        Twist?.Invoke(receipt);
        return receipt;
    }

    /// <summary>What a companion says to an element; null = good.</summary>
    public string? Judge(string path, JsonObject element, string speaker)
    {
        var device = path == "keys" ? (string)JsonNode.Parse((string)element["record"]!)!["device"]! : (string?)(element["header"] ?? element)["device"];
        if (device != speaker)
            return "NOT_YOURS";
        if (!Register.TryGetValue(device, out var addresses))
            return "NO_DEVICE";
        return path switch
        {
            "batches" => JudgeBatch((JsonObject)element["header"]!, addresses),
            "evidence" => Signed(PersonalMessage.Digest(Convert.FromHexString((string)element["digest"]!)), element, addresses),
            "watchlists" => Signed(
                new WatchlistStatement(
                    device, (string)element["list"]!, (long)element["version"]!, (string)element["prevHash"]!, (string)element["hash"]!).SignedDigest(),
                element, addresses),
            "updates" => Signed(
                new UpdateStatement(device, (string)element["job"]!, (long)element["round"]!, (string)element["hash"]!).SignedDigest(), element, addresses),
            _ => JudgeKey(element, addresses),
        };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private string? JudgeBatch(JsonObject wire, List<string> addresses)
    {
        var header = new BatchHeader((string)wire["device"]!, (long)wire["seq"]!, (int)wire["size"]!, (string)wire["prev"]!, (string)wire["root"]!);
        if (Signed(header.SignedDigest(), wire, addresses) is { } fault)
            return fault;
        lock (_lock)
            return _batches.TryGetValue(header.Seq, out var known) && (string)known["root"]! != header.Root ? "EQUIVOCATION" : null;
    }

    private static string? JudgeKey(JsonObject element, List<string> addresses)
    {
        var record = Encoding.UTF8.GetBytes((string)element["record"]!);
        var statement = KeyStatement.Read(record);
        var digest = KeyStatement.SignedDigest(record);
        if (SignerOf(digest, (string?)element["oldSignature"]) != addresses[^1] || SignerOf(digest, (string)element["newSignature"]!) != statement.NewAddress)
            return "BAD_SIGNATURE";
        addresses.Add(statement.NewAddress);
        return null;
    }

    private static string? Signed(byte[] digest, JsonObject element, List<string> addresses) =>
        SignerOf(digest, (string)element["signature"]!) is { } signer && signer == (string?)element["signer"] && addresses.Contains(signer)
            ? null
            : "BAD_SIGNATURE";

    private static string? SignerOf(byte[] digest, string? signature) =>
        EvidenceSignature.TryParse(signature, out var bytes) ? SignerRecovery.Instance.Recover(digest, bytes)?.Value : null;

    private async Task Take(HttpContext http, string path)
    {
        Interlocked.Increment(ref Posts);
        if (Faults.TryDequeue(out var status))
        {
            http.Response.StatusCode = status;
            return;
        }

        var body = (await JsonNode.ParseAsync(http.Request.Body))!;
        var speaker = http.Connection.ClientCertificate!.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        var results = new JsonArray();
        foreach (var element in body[path]!.AsArray().Cast<JsonObject>())
        {
            var error = Judge(path, element, speaker);
            var result = new JsonObject { ["device"] = speaker, ["status"] = error is null ? "accepted" : "refused" };
            if (path == "batches")
                result["seq"] = (long)element["header"]!["seq"]!;
            if (error is not null)
                (result["error"], result["detail"]) = (error, "says the double");
            else
                Keep(path, element);
            results.Add(result);
        }

        await http.Response.WriteAsJsonAsync(new JsonObject { ["results"] = results });
    }

    private void Keep(string path, JsonObject element)
    {
        if (path != "batches")
        {
            Others.Enqueue((path, (JsonObject)element.DeepClone()));
            return;
        }

        lock (_lock)
            _batches[(long)element["header"]!["seq"]!] = (JsonObject)element["header"]!.DeepClone();
    }

    private async Task Receipts(HttpContext http)
    {
        var (device, after) = (http.Request.Query["device"].ToString(), long.Parse(http.Request.Query["after"].ToString(), null));
        JsonArray receipts;
        lock (_lock)
        {
            receipts = new([.. (Commits ? _batches.Keys.Where(seq => seq > after) : []).Take(500)
                .Select(seq => (JsonNode)new JsonObject { ["device"] = device, ["seq"] = seq, ["receipt"] = ReceiptOf(seq) })]);
        }

        await http.Response.WriteAsJsonAsync(new JsonObject { ["receipts"] = receipts });
    }
}
