using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Appliance.Core.Evidence;

/// <summary>
/// The JSON Canonicalization Scheme, RFC 8785: one spelling per value, so that a signature holds whoever wrote the JSON anew
/// in between. Keys are sorted by UTF-16 code units, numbers are written as ECMAScript writes a double, there is no white space.
/// </summary>
public static class CanonicalJson
{
    // Two readers of a key that is there twice may see two values: RFC 8785 takes I-JSON only, which has no such thing.
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>The canonical form of a JSON text, as UTF-8.</summary>
    /// <exception cref="JsonException">Not JSON, or not I-JSON: a key twice, half a surrogate pair, a number beyond a double.</exception>
    public static byte[] Transform(ReadOnlyMemory<byte> json)
    {
        var to = new ArrayBufferWriter<byte>();
        Transform(json, to);
        return to.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="Transform(ReadOnlyMemory{byte})"/>
    public static void Transform(ReadOnlyMemory<byte> json, IBufferWriter<byte> to)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            Write(document.RootElement, to);
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException("A string is not Unicode", error);
        }
    }

    /// <summary>A double as ECMAScript's Number::toString spells it: its shortest digits, no exponent from 1e-6 up to 1e21.</summary>
    /// <exception cref="JsonException">NaN or infinite.</exception>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonException("JSON has no NaN and no infinity");
        if (value == 0)
            return "0";

        var sign = value < 0 ? "-" : "";
        var (digits, point) = Shortest(Math.Abs(value));
        var length = digits.Length;
        return sign + point switch
        {
            > 21 or <= -6 => Exponential(digits, point - 1),
            _ when point >= length => digits + new string('0', point - length),
            > 0 => digits[..point] + "." + digits[point..],
            _ => "0." + new string('0', -point) + digits,
        };
    }

    /// <summary>Significant digits, and where the decimal point stands: value = 0.digits × 10^point.</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        // .NET 10 drops a digit too many of some powers of two (2^-958): what does not read back as itself takes all 17.
        if (double.Parse(text, CultureInfo.InvariantCulture) != value)
            text = value.ToString("E16", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? text : text[..mark];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = exponent + (dot < 0 ? mantissa.Length : dot);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimStart('0');
        return (significant.TrimEnd('0'), point - (digits.Length - significant.Length));
    }

    private static string Exponential(string digits, int exponent) =>
        (digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}") + (exponent < 0 ? "e-" : "e+")
        + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);

    private static void Write(JsonElement value, IBufferWriter<byte> to)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, to);
                break;
            case JsonValueKind.Array:
                WriteArray(value, to);
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, to);
                break;
            case JsonValueKind.Number:
                Ascii(Format(value.GetDouble()), to);
                break;
            default:
                Ascii(value.GetRawText(), to);
                break;
        }
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> to)
    {
        Ascii("{", to);
        var separator = "";
        // Ordinal order of .NET strings is that of their UTF-16 code units, which the RFC asks for.
        foreach (var property in value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            Ascii(separator, to);
            WriteString(property.Name, to);
            Ascii(":", to);
            Write(property.Value, to);
            separator = ",";
        }

        Ascii("}", to);
    }

    private static void WriteArray(JsonElement value, IBufferWriter<byte> to)
    {
        Ascii("[", to);
        var separator = "";
        foreach (var item in value.EnumerateArray())
        {
            Ascii(separator, to);
            Write(item, to);
            separator = ",";
        }

        Ascii("]", to);
    }

    private static void WriteString(string text, IBufferWriter<byte> to)
    {
        Ascii("\"", to);
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var plain = 0;
            while (plain < rest.Length && rest[plain] is >= ' ' and not '"' and not '\\')
                plain++;
            Encoding.UTF8.GetBytes(rest[..plain], to);
            if (plain == rest.Length)
                break;
            Ascii(Escape(rest[plain]), to);
            rest = rest[(plain + 1)..];
        }

        Ascii("\"", to);
    }

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => $"\\u{(int)c:x4}",
    };

    private static void Ascii(string text, IBufferWriter<byte> to) => Encoding.ASCII.GetBytes(text, to);
}
