using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Learning.Flower;

/// <summary>
/// The unit of content-addressed exchange: <c>&lt;type&gt; &lt;child ids, comma-joined&gt; &lt;body length&gt;</c>, a zero byte, the body.
/// Its id is the SHA-256 of all of it.
/// </summary>
internal sealed record FlowerObject(string Type, IReadOnlyList<string> Children, ReadOnlyMemory<byte> Body)
{
    private const int MaxHeader = 1 << 20;
    private const int IdLength = 64;

    public static byte[] Compose(string type, IEnumerable<string> children, ReadOnlySpan<byte> body)
    {
        var header = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{type} {string.Join(',', children)} {body.Length}\0"));
        return [.. header, .. body];
    }

    public static string IdOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <exception cref="PayloadException">Not an object.</exception>
    public static FlowerObject Parse(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span[..Math.Min(bytes.Length, MaxHeader)].IndexOf((byte)0);
        var parts = end < 0 ? [] : Encoding.ASCII.GetString(bytes.Span[..end]).Split(' ');
        if (parts.Length != 3
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || bytes.Length - end - 1 != length)
        {
            throw new PayloadException("an object's header does not fit its bytes");
        }

        var children = parts[1].Length == 0 ? [] : parts[1].Split(',');
        return children.All(id => id.Length == IdLength && id.All(char.IsAsciiHexDigitLower))
            ? new(parts[0], children, bytes[(end + 1)..])
            : throw new PayloadException("an object names a child that is no object id");
    }
}
