using System.Text.Json;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt.Commands;

/// <summary>
/// Reads what a consumer publishes to an output's <c>set</c> topic: the words <c>ON</c> and <c>OFF</c>, or Home Assistant's siren JSON
/// <c>{"state":"ON","duration":10}</c>. Strict: what is not understood completely switches nothing.
/// </summary>
internal static class OutputCommandText
{
    private const int LongestPayload = 256;
    private const double LongestSeconds = 86_400;

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 2, AllowDuplicateProperties = false };

    /// <summary>Null: refused, and why is in <paramref name="whyNot"/>.</summary>
    public static OutputAction? Parse(ReadOnlySpan<byte> payload, out string whyNot)
    {
        whyNot = "";
        switch (payload)
        {
            case [(byte)'O', (byte)'N']:
                return OutputAction.On;
            case [(byte)'O', (byte)'F', (byte)'F']:
                return OutputAction.Off;
        }

        if (payload.Length is 0 or > LongestPayload)
        {
            whyNot = $"{payload.Length} bytes; ON, OFF or a JSON object of at most {LongestPayload} is wanted";
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(payload.ToArray(), s_strict);
            return Read(json.RootElement, out whyNot);
        }
        catch (JsonException)
        {
            whyNot = "neither ON, OFF nor a JSON object";
            return null;
        }
    }

    private static OutputAction? Read(JsonElement json, out string whyNot)
    {
        whyNot = "neither ON, OFF nor a JSON object";
        if (json.ValueKind != JsonValueKind.Object)
            return null;

        bool? active = null;
        TimeSpan? duration = null;
        foreach (var property in json.EnumerateObject())
        {
            switch (property.Name)
            {
                case "state" when IsWord(property.Value, "ON"u8):
                    active = true;
                    break;
                case "state" when IsWord(property.Value, "OFF"u8):
                    active = false;
                    break;
                case "duration" when Seconds(property.Value) is { } seconds:
                    duration = seconds;
                    break;
                case "state":
                    whyNot = "state must be ON or OFF";
                    return null;
                case "duration":
                    whyNot = $"duration must be over 0 and at most {LongestSeconds} seconds";
                    return null;
                default:
                    whyNot = $"'{Short(property.Name)}' is not understood; there are state and duration";
                    return null;
            }
        }

        if (active is not { } wanted)
        {
            whyNot = "state is missing";
            return null;
        }

        if (!wanted && duration is not null)
        {
            whyNot = "OFF has no duration";
            return null;
        }

        whyNot = "";
        return !wanted ? OutputAction.Off : duration is { } length ? OutputAction.Pulse(length) : OutputAction.On;
    }

    private static bool IsWord(JsonElement value, ReadOnlySpan<byte> word) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(word);

    private static TimeSpan? Seconds(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0.001 and <= LongestSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Goes into the log: printable and short.</summary>
    private static string Short(string name) =>
        new([.. name.Take(20).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '?')]);
}
