using System.Text.Json;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>A configuration that was read, good or not.</summary>
/// <param name="Path">Where it was read from; null = no file, all defaults.</param>
/// <param name="Options">With defaults where the file was silent or unusable.</param>
/// <param name="Faults">Everything that is wrong; empty = it can be used.</param>
internal sealed record LoadedConfiguration(string? Path, ApplianceOptions Options, IReadOnlyList<ConfigFault> Faults);

/// <summary>Finds and reads <c>appliance.json</c>. Comments and trailing commas are allowed; unknown keys are faults.</summary>
internal static class ConfigurationFile
{
    public const string DefaultPath = "/etc/watchpost/appliance.json";
    public const string Variable = "WATCHPOST_CONFIG";

    /// <summary>What is forgiven: comments and trailing commas.</summary>
    public static readonly JsonDocumentOptions Json = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <param name="given">What the command line says; else the environment decides, else <see cref="DefaultPath"/> if it is there.</param>
    public static LoadedConfiguration Load(string? given)
    {
        var path = given ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(path))
        {
            if (!File.Exists(DefaultPath))
                return new(null, new ApplianceOptions(), []);
            path = DefaultPath;
        }

        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(path, new ApplianceOptions(), [new("", $"{path} cannot be read: {error.Message}")]);
        }
    }

    /// <summary>The same from a text.</summary>
    public static LoadedConfiguration Parse(string text, string? path = null)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Json);
            var (options, faults) = OptionsBinder.Bind<ApplianceOptions>(document.RootElement);
            return new(path, options, [.. faults, .. ApplianceRules.Check(options)]);
        }
        catch (JsonException error)
        {
            // The message would quote the text around the fault, which may be a password.
            var at = $"line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}";
            return new(path, new ApplianceOptions(), [new("", $"not valid JSON at {at}")]);
        }
    }
}
