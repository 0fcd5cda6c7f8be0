using System.Text.Json;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.FabricGateway.Configuration;

/// <summary>A configuration that was read, good or not.</summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Options">With defaults where the file was silent or unusable.</param>
/// <param name="Faults">Everything that is wrong, each with its path; empty = it can be used.</param>
public sealed record GatewayConfiguration(string Path, GatewayOptions Options, IReadOnlyList<string> Faults)
{
    public const string DefaultPath = "/etc/watchpost-fabric-gateway/fabric-gateway.json";
    public const string Variable = "WATCHPOST_FABRIC_GATEWAY_CONFIG";

    private static readonly JsonDocumentOptions s_json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly Dictionary<string, string> s_examples = new()
    {
        ["FabricOptions.TlsCaFile"] = "\"/etc/watchpost-fabric-gateway/tls-ca.pem\"",
        ["FabricOptions.MspId"] = "\"Org1MSP\"",
        ["FabricOptions.CertFile"] = "\"/etc/watchpost-fabric-gateway/msp.pem\"",
        ["FabricOptions.KeyFile"] = "\"/etc/watchpost-fabric-gateway/msp.key\"",
        ["DeviceOptions.Serial"] = "\"7F3A\"",
        ["DeviceOptions.Address"] = "\"0x52908400098527886e0f7030069857d2e4169ee7\"",
    };

    /// <summary>Reads the file of the command line, else of the environment, else <see cref="DefaultPath"/>.</summary>
    public static GatewayConfiguration Load(string? given)
    {
        var path = given ?? Environment.GetEnvironmentVariable(Variable) ?? DefaultPath;
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(path, new(), [$"{path} cannot be read: {error.Message}"]);
        }
    }

    /// <summary>The same from a text.</summary>
    public static GatewayConfiguration Parse(string text, string path = "")
    {
        try
        {
            using var document = JsonDocument.Parse(text, s_json);
            var (options, faults) = OptionsBinder.Bind<GatewayOptions>(document.RootElement);
            return new(path, options, [.. faults.Select(fault => fault.ToString()), .. Together(options)]);
        }
        catch (JsonException error)
        {
            return new(path, new(), [$"not valid JSON at line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}"]);
        }
    }

    /// <summary>A complete file with every option, its default and its meaning.</summary>
    public static string Reference() => OptionsReference.Write(
        new GatewayOptions(), "// All options of the fabric-gateway with their defaults; made by 'fabric-gateway config reference'.", s_examples);

    /// <summary>What no option can know of itself.</summary>
    private static IEnumerable<string> Together(GatewayOptions options)
    {
        if (!options.Https.Enabled && !options.Mqtt.Enabled)
            yield return "Https.Enabled: neither Https nor Mqtt is enabled: no box could be heard";
        if (options.Https.Enabled && options.Https.ClientCaFiles.Count == 0 && options.Devices.All(device => device.Certificates.Count == 0))
            yield return "Https.ClientCaFiles: must name an authority, or Devices[] the certificates of boxes: nobody could connect";
        foreach (var twice in options.Devices.Select((device, index) => (device.Serial, index))
            .Where(entry => entry.Serial is not null).GroupBy(entry => entry.Serial).Where(group => group.Count() > 1))
            yield return $"Devices[{twice.Last().index}].Serial: {twice.Key} is there twice";
    }
}
