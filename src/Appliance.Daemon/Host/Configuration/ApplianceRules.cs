using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Outputs;
using Appliance.Core.Rules;
using Appliance.Delivery.Outputs;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>What must hold between the sections of a configuration.</summary>
internal static class ApplianceRules
{
    private static readonly string[] s_schemes = ["rtsp", "rtsps", "rtspt", "rtspu", "http", "https", "file", "test"];
    private static readonly string[] s_providers = ["tensorrt", "cuda", "cpu"];

    public static IEnumerable<ConfigFault> Check(ApplianceOptions options)
    {
        for (var i = 0; i < options.Cameras.Count; i++)
        {
            var camera = options.Cameras[i];
            if (options.Cameras.Take(i).Any(other => other.Id == camera.Id))
                yield return new($"Cameras[{i}].Id", $"'{camera.Id}' is used twice");
            if (camera.CameraId == CameraId.Box)
                yield return new($"Cameras[{i}].Id", $"'{camera.Id}' stands for the box itself in alerts");
            if (WhyNoSource(camera) is { } reason)
                yield return new($"Cameras[{i}].Source", reason);
        }

        for (var i = 0; i < options.Inference.Providers.Count; i++)
        {
            var provider = options.Inference.Providers[i];
            if (!s_providers.Contains(provider, StringComparer.OrdinalIgnoreCase))
                yield return new($"Inference.Providers[{i}]", $"must be one of {string.Join(", ", s_providers)}{Meant(provider, s_providers)}");
        }

        foreach (var fault in CheckOutputs(options.Alerts, OutputNames(options.Outputs), "Alerts"))
            yield return fault;

        if (options.Anchoring.Https.Enabled && !options.Evidence.Enabled)
            yield return new("Anchoring.Https.Enabled", "needs Evidence.Enabled: without evidence there is nothing to anchor");
        if (options.Anchoring.Mqtt.Enabled && !options.Evidence.Enabled)
            yield return new("Anchoring.Mqtt.Enabled", "needs Evidence.Enabled: without evidence there is nothing to anchor");
        if (options.Anchoring.Mqtt.Enabled && !options.Mqtt.Enabled)
            yield return new("Anchoring.Mqtt.Enabled", "needs Mqtt.Enabled");

        // Cameras may have been added over REST: their names are not known here.
        var names = new RuleNames(null, OutputNames(options.Outputs), [.. options.Inputs.Lines.Select(line => line.Id)]);
        foreach (var (path, reason) in RulesCheck.Faults(options.Rules, names))
            yield return new($"Rules.{path}", reason);

        foreach (var fault in CheckInterlocks(options))
            yield return fault;
    }

    /// <summary>What rules may switch: outputs and groups.</summary>
    public static IReadOnlyList<string> OutputNames(OutputsOptions outputs) =>
        [.. outputs.Lines.Select(line => line.Id), .. outputs.Groups.Select(group => group.Id)];

    private static IEnumerable<ConfigFault> CheckInterlocks(ApplianceOptions options)
    {
        for (var i = 0; i < options.Outputs.Lines.Count; i++)
        {
            var needs = options.Outputs.Lines[i].OnlyIf;
            for (var j = 0; j < needs.Count; j++)
            {
                if (options.Outputs.Lines.All(line => line.Id != needs[j]) && options.Inputs.Lines.All(line => line.Id != needs[j]))
                    yield return new($"Outputs.Lines[{i}].OnlyIf[{j}]", $"no output or input '{needs[j]}'");
            }
        }

        for (var i = 0; i < options.Inputs.Lines.Count; i++)
        {
            if (options.Outputs.Lines.Any(line => line.Id == options.Inputs.Lines[i].Id))
                yield return new($"Inputs.Lines[{i}].Id", "is the name of an output as well");
        }
    }

    /// <summary>Rules may only name outputs that the box has.</summary>
    public static IEnumerable<ConfigFault> CheckOutputs(AlertsOptions alerts, IReadOnlyList<string> outputs, string path)
    {
        for (var i = 0; i < alerts.Rules.Count; i++)
        {
            if (alerts.Rules[i].Pattern is { Length: > 0 } pattern && OutputPattern.Parse(pattern, out var why) is null)
                yield return new(path.Length == 0 ? $"rules[{i}].pattern" : $"{path}.Rules[{i}].Pattern", why);
            var named = alerts.Rules[i].Outputs;
            for (var j = 0; j < named.Count; j++)
            {
                if (outputs.Contains(named[j]))
                    continue;

                var known = outputs.Count == 0 ? "there are none" : $"there are {string.Join(", ", outputs)}";
                var at = path.Length == 0 ? $"rules[{i}].outputs[{j}]" : $"{path}.Rules[{i}].Outputs[{j}]";
                yield return new(at, $"no output '{named[j]}' in Outputs.Lines; {known}{Meant(named[j], outputs)}");
            }
        }
    }

    /// <summary>Null: it may be a source. Says nothing about credentials in it.</summary>
    public static string? WhyNoSource(CameraOptions camera)
    {
        var at = camera.Source.IndexOf("://", StringComparison.Ordinal);
        if (at < 0)
            return camera.Source.Contains('\0') ? "must not hold control characters" : null;

        var scheme = camera.Source[..at].ToLowerInvariant();
        if (!s_schemes.Contains(scheme))
            return $"must begin with rtsp://, rtsps://, http://, https://, file:// or test://, or be a path{Meant(scheme, s_schemes)}";
        return scheme is not "test" && camera.Source.Length == at + 3 ? "needs a host or a path after ://" : null;
    }

    private static string Meant(string typed, IEnumerable<string> words) =>
        DidYouMean.Find(typed, words) is { } word ? $"; did you mean {word}?" : "";
}
