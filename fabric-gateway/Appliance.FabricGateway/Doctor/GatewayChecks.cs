using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Daemon.Cli.Doctor;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Ledger;
using Appliance.Native.Mosquitto;
using Appliance.Native.Secp256k1;
using Appliance.Store.Database;

namespace Appliance.FabricGateway.Doctor;

/// <summary>Everything that <c>doctor</c> looks at. Nothing is changed, on either side.</summary>
internal static class GatewayChecks
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Check>> RunAll(string? config, CancellationToken cancel)
    {
        var checks = new List<Check>();
        var loaded = GatewayConfiguration.Load(config);
        foreach (var fault in loaded.Faults)
            checks.Add(Check.Fail("configuration", fault, $"edit {loaded.Path}"));
        if (loaded.Faults.Count == 0)
            checks.Add(Check.Ok("configuration", loaded.Path));

        checks.AddRange(Libraries(loaded.Options));
        checks.AddRange(ClockChecks.All(TimeProvider.System.GetUtcNow()));
        if (loaded.Faults.Count > 0)
            return checks;

        checks.AddRange(Certificates(loaded.Options));
        checks.Add(Disk(loaded.Options.Storage));
        checks.AddRange(await Ledger(loaded.Options.Fabric, cancel).ConfigureAwait(false));
        if (loaded.Options.Mqtt.Enabled)
            checks.Add(await Broker(loaded.Options.Mqtt, cancel).ConfigureAwait(false));
        return checks;
    }

    private static IEnumerable<Check> Libraries(GatewayOptions options)
    {
        yield return Library("libsecp256k1", Secp256k1Curve.WhyNot, "apt install libsecp256k1-1");
        yield return Library("SQLite", SqliteLibrary.WhyNot, "apt install libsqlite3-0");
        if (options.Mqtt.Enabled)
            yield return Library("libmosquitto", MosquittoLibrary.WhyNot, "apt install libmosquitto1");
    }

    private static Check Library(string name, string? whyNot, string toDo) =>
        whyNot is null ? Check.Ok(name, "loads") : Check.Fail(name, whyNot, toDo);

    private static IEnumerable<Check> Certificates(GatewayOptions options)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (name, file) in CertificateFiles.All(options))
        {
            if (CertificateFiles.NotAfter(file) is not { } end)
                yield return Check.Fail(name, $"{file} cannot be read as PEM certificates", "check path, form and permissions");
            else if (end < now)
                yield return Check.Fail(name, $"{file} ended on {end:yyyy-MM-dd}", "renew it");
            else if (end < now.AddDays(options.Observe.CertificateDays))
                yield return Check.Warn(name, $"{file} ends on {end:yyyy-MM-dd}", "renew it");
            else
                yield return Check.Ok(name, $"{file}, until {end:yyyy-MM-dd}");
        }

        yield return Pair("Fabric.KeyFile", options.Fabric.CertFile!, options.Fabric.KeyFile!);
        if (options.Fabric.TlsCertFile is { } tls)
            yield return Pair("Fabric.TlsKeyFile", tls, options.Fabric.TlsKeyFile!);
        if (options.Https is { Enabled: true, CertFile: { } cert, KeyFile: { } key })
            yield return Pair("Https.KeyFile", cert, key);
    }

    private static Check Pair(string name, string certFile, string keyFile)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certFile, keyFile);
            return File.GetUnixFileMode(keyFile).HasFlag(UnixFileMode.OtherRead)
                ? Check.Warn(name, $"{keyFile} can be read by everybody", $"chmod 0600 {keyFile}")
                : Check.Ok(name, $"{keyFile} belongs to {certificate.Subject}");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Check.Fail(name, $"{keyFile} and {certFile}: {error.Message}", "the key must be PEM, not encrypted, and the certificate's");
        }
    }

    private static Check Disk(StorageOptions options)
    {
        var folder = options.DataDirectory;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        try
        {
            var probe = Path.Combine(folder, $".doctor-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Check.Fail("data folder", error.Message, "run as the service's user: sudo -u watchpost-fabric fabric-gateway doctor");
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var found = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB free at {folder}");
        return free < options.MinFreeBytes
            ? Check.Fail("disk", found, "make room: nothing is taken in below Storage.MinFreeBytes")
            : Check.Ok("disk", found);
    }

    private static async Task<IReadOnlyList<Check>> Ledger(FabricOptions options, CancellationToken cancel)
    {
        FabricLedger ledger;
        try
        {
            ledger = FabricLedger.Open(options);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return [Check.Fail("ledger", error.Message, "check the files of the section Fabric")];
        }

        await using (ledger.ConfigureAwait(false))
        {
            try
            {
                // A read that every identity may make, of a box that is not there: the contract's own NOT_FOUND is the good answer.
                await ledger.Evaluate(new("evidence:GetDevice", ["doctor-asks"]), cancel).ConfigureAwait(false);
                return [Answers(options)];
            }
            catch (LedgerException error) when (error.Fault == LedgerFault.Refused)
            {
                return [error.Message.StartsWith("NO", StringComparison.Ordinal)
                    ? Answers(options)
                    : Check.Fail("ledger", $"{options.Chaincode} on {options.Channel} answers: {error.Message}", "is this the contract of fabric-gateway/chaincode?")];
            }
            catch (LedgerException error)
            {
                return [Check.Fail(
                    "ledger", $"{options.Endpoint}: {error.Message}",
                    error.Fault == LedgerFault.Denied
                        ? "channel, chaincode, MSP and certificate must be known to the network (docs/real-network.md)"
                        : "is the peer reachable, does TlsCaFile vouch for it, does it ask for a client certificate?")];
            }
        }
    }

    private static Check Answers(FabricOptions options) => Check.Ok("ledger", $"{options.Chaincode} on {options.Channel} answers through {options.Endpoint}");

    private static async Task<Check> Broker(BrokerOptions options, CancellationToken cancel)
    {
        var where = $"{options.Host}:{options.EffectivePort}";
        try
        {
            // Not under the companion's own client id: that would throw a running one out.
            using var client = MosquittoClient.Connect(new()
            {
                Host = options.Host,
                Port = options.EffectivePort,
                ClientId = $"{options.ClientId}-doctor",
                CleanStart = true,
                Username = options.Username,
                Password = options.PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault() : null,
                Tls = options.Tls ? new(options.CaFile, options.CertFile, options.KeyFile) : null,
            });
            await client.Connected.WaitAsync(s_patience, cancel).ConfigureAwait(false);
            client.Disconnect();
            return Check.Ok("broker", $"{where} takes us");
        }
        catch (Exception error) when (error is MosquittoException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            return Check.Fail("broker", $"{where}: {error.Message}", "check host, port, TLS and credentials of the section Mqtt");
        }
    }
}
