using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Evidence;
using Appliance.Daemon.Host;
using Appliance.Native.Mosquitto;

namespace Appliance.Daemon.Cli.Simulate;

/// <summary>What one process of a simulation did.</summary>
internal sealed record PartResult(long Sent, long States, long Reconnects, double ConnectSeconds, double Seconds, double ProcessorSeconds);

/// <summary>
/// <c>simulate part</c>: some boxes of a fleet, in a process of their own. Says <c>connected</c>, begins when a line comes on standard
/// input, and ends with its result as a line of JSON.
/// </summary>
internal sealed class SimulatePartCommand : Verb
{
    private readonly BrokerArguments _broker = new();
    private readonly Option<int> _first = new("--first") { Description = "Number of the first box.", Required = true };
    private readonly Option<int> _boxes = new("--boxes") { Description = "How many.", Required = true };
    private readonly Option<double> _rate = new("--rate") { Description = "Alerts per box and second.", Required = true };
    private readonly Option<double> _duration = new("--duration") { Description = "Seconds of alerts.", Required = true };
    private readonly Option<double> _state = new("--state-every") { Description = "Seconds between a box's retained states.", Required = true };
    private readonly Option<bool> _sign = new("--sign") { Description = "Sign each alert." };

    public SimulatePartCommand()
        : base("part", "Some boxes of a simulation.")
    {
        Hidden = true;
        _broker.AddTo(this);
        foreach (var option in (Option[])[_first, _boxes, _rate, _duration, _state, _sign])
            Add(option);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var signer = arguments.GetValue(_sign) ? Signer() : null;
        var fleet = new VirtualFleet(
            new(
                arguments.GetValue(_first), arguments.GetValue(_boxes), arguments.GetValue(_rate), TimeSpan.FromSeconds(arguments.GetValue(_state)),
                TimeSpan.FromSeconds(arguments.GetValue(_duration)), signer),
            id => _broker.Connection(arguments, id));
        try
        {
            fleet.Connect(cancel);
            output.WriteLine(0, "connected");
            var go = Task.Run(Console.In.ReadLine, cancel);
            // Keep-alive must go on while the other processes connect.
            fleet.PollUntil(() => go.IsCompleted, 50, TimeSpan.FromMinutes(10), cancel);
            var before = Environment.CpuUsage.TotalTime;
            fleet.Send(cancel);
            var result = new PartResult(
                fleet.Sent, fleet.States, fleet.Reconnects, fleet.ConnectSeconds, fleet.Seconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            output.WriteLine(result, JsonSerializer.Serialize(result, PartJson.Default.PartResult));
            return Task.FromResult(ExitCode.Done);
        }
        catch (MosquittoException error)
        {
            throw new CliException(string.Create(CultureInfo.InvariantCulture, $"boxes from {arguments.GetValue(_first)}: {error.Message}"));
        }
    }

    private static JwsSigner Signer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=simulated", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new([certificate], DeviceCertificate.AlertType);
    }
}

[JsonSerializable(typeof(PartResult))]
internal sealed partial class PartJson : JsonSerializerContext;
