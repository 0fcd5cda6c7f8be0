using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Appliance.Learning.Flower;

/// <summary>
/// A NumPy <c>.npy</c> file in memory (NEP 1): versions 1 to 3, little-endian <c>f4 f8 i4 i8</c>, C or Fortran order. Nothing that
/// would need pickle is ever read.
/// </summary>
internal sealed partial class NpyArray
{
    private const int Alignment = 64;
    private const int MaxHeader = 4096;
    private const int MaxDimensions = 8;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private readonly byte[] _data;

    private NpyArray(string type, int[] shape, byte[] data) => (Type, Shape, _data) = (type, shape, data);

    /// <summary><c>f4</c>, <c>f8</c>, <c>i4</c> or <c>i8</c>.</summary>
    public string Type { get; }

    public int[] Shape { get; }

    /// <summary>NumPy's name of the type, as in an Array's <c>dtype</c>.</summary>
    public string DtypeName => Type switch { "f4" => "float32", "f8" => "float64", "i4" => "int32", _ => "int64" };

    public static byte[] Write(ReadOnlySpan<int> shape, ReadOnlySpan<float> values) => Write("<f4", shape, MemoryMarshal.AsBytes(values));

    public static byte[] Write(ReadOnlySpan<int> shape, ReadOnlySpan<long> values) => Write("<i8", shape, MemoryMarshal.AsBytes(values));

    /// <param name="file">The whole file.</param>
    /// <param name="maxValues">More values than this are refused.</param>
    /// <exception cref="PayloadException">Not such a file, cut off, too large, or of another type.</exception>
    public static NpyArray Read(ReadOnlySpan<byte> file, int maxValues)
    {
        if (file.Length < 10 || !file[..6].SequenceEqual(Magic) || file[6] is < 1 or > 3)
            throw new PayloadException("an array is no .npy file of version 1 to 3");

        var (at, length) = file[6] == 1
            ? (10, BinaryPrimitives.ReadUInt16LittleEndian(file[8..]))
            : file.Length >= 12 ? (12, BinaryPrimitives.ReadUInt32LittleEndian(file[8..])) : (12, uint.MaxValue);
        if (length > MaxHeader || at + length > file.Length)
            throw new PayloadException("an array's header is cut off or too long");

        var header = Encoding.UTF8.GetString(file.Slice(at, (int)length));
        var (type, fortran, shape) = ReadHeader(header);
        var count = shape.Aggregate(1L, (product, each) => Math.Min(product * each, (long)maxValues + 1));
        if (count > maxValues)
            throw new PayloadException($"an array has more than the {maxValues} values that are allowed");

        var size = type is "f4" or "i4" ? 4 : 8;
        var data = file[(at + (int)length)..];
        if (data.Length != count * size)
            throw new PayloadException($"an array holds {data.Length} bytes where {count * size} belong");

        return new(type, shape, fortran && shape.Length > 1 ? FromFortran(data, shape, size) : data.ToArray());
    }

    /// <summary>As floats, whatever the type.</summary>
    public float[] ToFloats() => Type switch
    {
        "f4" => MemoryMarshal.Cast<byte, float>(_data).ToArray(),
        "f8" => [.. MemoryMarshal.Cast<byte, double>(_data).ToArray().Select(value => (float)value)],
        _ => [.. ToLongs().Select(value => (float)value)],
    };

    /// <exception cref="PayloadException">Not whole numbers.</exception>
    public long[] ToLongs() => Type switch
    {
        "i8" => MemoryMarshal.Cast<byte, long>(_data).ToArray(),
        "i4" => [.. MemoryMarshal.Cast<byte, int>(_data).ToArray().Select(value => (long)value)],
        _ => throw new PayloadException($"an array of {DtypeName} where whole numbers belong"),
    };

    private static byte[] Write(string type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> data)
    {
        var text = shape.Length == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{shape[0]},")
            : string.Join(", ", shape.ToArray().Select(each => each.ToString(CultureInfo.InvariantCulture)));
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({text}), }}";
        var length = ((10 + header.Length + 1 + Alignment - 1) / Alignment * Alignment) - 10;
        var file = new byte[10 + length + data.Length];
        Magic.CopyTo(file);
        file[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)length);
        Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n", file.AsSpan(10));
        data.CopyTo(file.AsSpan(10 + length));
        return file;
    }

    private static (string Type, bool Fortran, int[] Shape) ReadHeader(string header)
    {
        var (descr, order, shape) = (Descr().Match(header), Order().Match(header), ShapeText().Match(header));
        if (!descr.Success || !order.Success || !shape.Success)
            throw new PayloadException("an array's header lacks its type, order or shape");
        if (descr.Groups[1].Value is not ("<f4" or "<f8" or "<i4" or "<i8"))
            throw new PayloadException($"an array of type {descr.Groups[1].Value} is not read");

        var lengths = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lengths.Length > MaxDimensions)
            throw new PayloadException($"an array has more than {MaxDimensions} dimensions");
        var sizes = new int[lengths.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            if (!int.TryParse(lengths[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]))
                throw new PayloadException("an array's shape is no list of whole numbers");
        }

        return (descr.Groups[1].Value[1..], order.Groups[1].Value == "True", sizes);
    }

    private static byte[] FromFortran(ReadOnlySpan<byte> data, int[] shape, int size)
    {
        var result = new byte[data.Length];
        var index = new int[shape.Length];
        for (var target = 0; target < data.Length / size; target++)
        {
            var (source, stride) = (0, 1);
            for (var i = 0; i < shape.Length; i++)
            {
                source += index[i] * stride;
                stride *= shape[i];
            }

            data.Slice(source * size, size).CopyTo(result.AsSpan(target * size));
            for (var i = shape.Length - 1; i >= 0 && ++index[i] == shape[i]; i--)
                index[i] = 0;
        }

        return result;
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapeText();
}
