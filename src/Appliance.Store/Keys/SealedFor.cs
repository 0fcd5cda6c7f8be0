using System.Buffers.Binary;
using System.Text;

namespace Appliance.Store.Keys;

/// <summary>
/// What a sealed record is and whose: authenticated with it, so that a blob moved to another row, person, column or model does
/// not open.
/// </summary>
internal readonly record struct SealedFor(string Kind, string Id, string Part = "")
{
    internal static SealedFor Alert(string id) => new("alert", id);

    internal static SealedFor Review(string alert, DateTimeOffset at) => new("review", alert, $"{at.ToUnixTimeMilliseconds()}");

    internal static SealedFor Person(string id) => new("person", id);

    internal static SealedFor Photo(string person, string photo) => new("photo", person, photo);

    internal static SealedFor Image(string person, string photo) => new("image", person, photo);

    internal static SealedFor Template(string person, string photo, string model) => new("template", person, photo + "\n" + model);

    internal static SealedFor Manifest(string alert) => new("manifest", alert);

    internal static SealedFor Artefact(string alert, string name) => new("artefact", alert, name);

    internal static SealedFor Sample(string alert) => new("sample", alert);

    internal static SealedFor Model(string id) => new("model", id);

    internal static SealedFor Setting(string key) => new("setting", key);

    /// <summary>Each part with its length before it: no two records have the same bytes.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[12 + Encoding.UTF8.GetByteCount(Kind) + Encoding.UTF8.GetByteCount(Id) + Encoding.UTF8.GetByteCount(Part)];
        var rest = bytes.AsSpan();
        foreach (var text in (ReadOnlySpan<string>)[Kind, Id, Part])
        {
            var length = Encoding.UTF8.GetBytes(text, rest[4..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, length);
            rest = rest[(4 + length)..];
        }

        return bytes;
    }
}
