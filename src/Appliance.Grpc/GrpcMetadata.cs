using System.Globalization;
using System.Text;

namespace Appliance.Grpc;

/// <summary>How gRPC writes things into HTTP headers.</summary>
public static class GrpcMetadata
{
    // The protocol allows eight digits.
    private const long MostUnits = 99_999_999;

    /// <summary>Value of a <c>…-bin</c> header.</summary>
    public static string Binary(ReadOnlySpan<byte> value) => Convert.ToBase64String(value);

    /// <summary>Reads a <c>…-bin</c> header: standard alphabet, padding optional, several values joined by commas are one after another.</summary>
    /// <exception cref="FormatException">Not base64.</exception>
    public static byte[] ReadBinary(string value)
    {
        using var bytes = new MemoryStream();
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            bytes.Write(Convert.FromBase64String(part.TrimEnd('=').PadRight((part.TrimEnd('=').Length + 3) / 4 * 4, '=')));
        return bytes.ToArray();
    }

    /// <summary>
    /// <c>grpc-message</c> is percent-encoded UTF-8. What is not well formed is kept as it is: a message is for people.
    /// </summary>
    public static string PercentDecode(string text)
    {
        if (!text.Contains('%'))
            return text;

        var bytes = new List<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                var rune = Rune.TryGetRuneAt(text, i, out var found) ? found : Rune.ReplacementChar;
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                i += rune.Utf16SequenceLength - 1;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Value of <c>grpc-timeout</c>: milliseconds where eight digits are enough, else seconds.</summary>
    internal static string Timeout(TimeSpan deadline)
    {
        var milliseconds = (long)Math.Ceiling(Math.Max(1, deadline.TotalMilliseconds));
        return milliseconds <= MostUnits
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(MostUnits, milliseconds / 1000)}S");
    }
}
