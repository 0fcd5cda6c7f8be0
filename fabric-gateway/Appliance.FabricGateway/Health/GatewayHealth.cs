using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Delivery.Mqtt;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Health;

/// <summary>A certificate and how long it lasts.</summary>
public sealed record CertificateLife(string Name, DateTimeOffset NotAfter, long SecondsLeft);

/// <summary>How the companion does.</summary>
public sealed record HealthReport
{
    /// <summary><c>ok</c>, <c>degraded</c> (works, but somebody should look) or <c>failed</c> (nothing can be taken in).</summary>
    public required string Status { get; init; }

    /// <summary>One sentence each; empty when all is well.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required string Version { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>Empty: the ledger answers.</summary>
    public required string Ledger { get; init; }

    /// <summary>Empty: connected; null: not used.</summary>
    public required string? Broker { get; init; }

    /// <summary>Empty: writes are synced.</summary>
    public required string Store { get; init; }

    public required long Pending { get; init; }

    public required long InTransactions { get; init; }

    public required long OpenTransactions { get; init; }

    public required long Parked { get; init; }

    public required double OldestPendingSeconds { get; init; }

    public required long Equivocations { get; init; }

    public required long Devices { get; init; }

    public required long DiskFreeBytes { get; init; }

    public required IReadOnlyList<CertificateLife> Certificates { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(HealthReport))]
public sealed partial class HealthJson : JsonSerializerContext;

/// <summary>Gathers what each part says of itself. Thread-safe.</summary>
public sealed class GatewayHealth(GatewayOptions options, GatewayStore store, LedgerWatch ledger, TimeProvider clock)
{
    public static readonly string Version = typeof(GatewayHealth).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>The session with the broker; null = not used.</summary>
    public MqttLink? Broker { get; set; }

    public async Task<HealthReport> Report(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        StoreFigures figures;
        var storeFault = store.Fault ?? "";
        try
        {
            figures = await store.Figures(cancel).ConfigureAwait(false);
        }
        catch (Appliance.Store.StoreException error)
        {
            (figures, storeFault) = (new(0, 0, 0, 0, 0, 0, 0, 0), error.Message);
        }

        var free = store.FreeBytes;
        var oldest = figures.OldestPendingAt == 0 ? 0 : (now.ToUnixTimeMilliseconds() - figures.OldestPendingAt) / 1000.0;
        var certificates = Certificates(now);
        var broker = Broker is { } link ? (link.Health.IsHealthy ? "" : Words(link.Health)) : null;
        var (failed, reasons) = Judge(storeFault, free, broker, figures, oldest, certificates);
        return new()
        {
            Status = failed ? "failed" : reasons.Count > 0 ? "degraded" : "ok",
            Reasons = reasons,
            Version = Version,
            DryRun = options.Anchoring.DryRun,
            Ledger = ledger.Reason,
            Broker = broker,
            Store = storeFault,
            Pending = figures.Pending,
            InTransactions = figures.Carried,
            OpenTransactions = figures.OpenTransactions,
            Parked = figures.Parked,
            OldestPendingSeconds = oldest,
            Equivocations = figures.Equivocations,
            Devices = figures.Devices,
            DiskFreeBytes = free,
            Certificates = certificates,
        };
    }

    private static string Words(MqttHealth health) => health.Reason.Length > 0 ? health.Reason : health.State.ToString();

    private (bool Failed, List<string> Reasons) Judge(
        string storeFault, long free, string? broker, StoreFigures figures, double oldest, IReadOnlyList<CertificateLife> certificates)
    {
        var reasons = new List<string>();
        var failed = false;
        if (storeFault.Length > 0)
        {
            failed = true;
            reasons.Add($"the outbox cannot be written: {storeFault}");
        }

        if (free < options.Storage.MinFreeBytes)
        {
            failed = true;
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{free / 1e6:0} MB are free on its disk: nothing is taken in below {options.Storage.MinFreeBytes / 1e6:0} MB"));
        }

        if (ledger.Reason.Length > 0)
            reasons.Add($"the ledger cannot be used since {ledger.Since:yyyy-MM-dd HH:mm:ss}Z: {ledger.Reason}");
        if (broker is { Length: > 0 })
            reasons.Add($"the broker: {broker}");
        if (figures.Parked > 0)
            reasons.Add($"{figures.Parked} items are parked (fabric-gateway list --state parked)");
        if (oldest > options.Anchoring.LateAfter.TotalSeconds && !options.Anchoring.DryRun)
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the oldest of {figures.Pending} items waits since {oldest:0} s"));
        if (figures.RecentEquivocations > 0)
            reasons.Add($"{figures.RecentEquivocations} equivocations in the last 7 days (fabric-gateway list --equivocations)");
        reasons.AddRange(certificates
            .Where(certificate => certificate.SecondsLeft < options.Observe.CertificateDays * 86_400L)
            .Select(certificate => certificate.SecondsLeft < 0
                ? $"the certificate {certificate.Name} ended on {certificate.NotAfter:yyyy-MM-dd}"
                : $"the certificate {certificate.Name} ends on {certificate.NotAfter:yyyy-MM-dd}"));
        return (failed, reasons);
    }

    private List<CertificateLife> Certificates(DateTimeOffset now)
    {
        var lives = new List<CertificateLife>();
        foreach (var (name, file) in CertificateFiles.All(options))
        {
            if (CertificateFiles.NotAfter(file) is { } end)
                lives.Add(new(name, end, (long)(end - now).TotalSeconds));
        }

        return lives;
    }
}
