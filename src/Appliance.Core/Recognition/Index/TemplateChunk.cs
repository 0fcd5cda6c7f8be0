using System.Runtime.CompilerServices;

namespace Appliance.Core.Recognition.Index;

/// <summary>
/// Some thousand templates in one contiguous block: rows of floats that begin on cache lines, their persons, and if asked for the
/// same rows as 8-bit codes. Rows that a search may see are never written again.
/// </summary>
internal sealed class TemplateChunk
{
    /// <summary>Rows of a full chunk: 4 MB of 256 floats, half a millisecond to copy on a change.</summary>
    public const int FullRows = 4096;

    // Floats and bytes per cache line.
    private const int LineFloats = 16;
    private const int LineBytes = 64;

    private readonly float[] _rows;
    private readonly int _rowsAt;
    private readonly byte[] _codes;
    private readonly int _codesAt;

    public TemplateChunk(int capacity, int stride, bool withCodes)
    {
        Capacity = capacity;
        Stride = stride;

        // Pinned, so that what is aligned now stays aligned; the heap itself aligns to eight bytes only.
        _rows = GC.AllocateArray<float>((capacity * stride) + LineFloats, pinned: true);
        _rowsAt = (int)((LineBytes - (Address(ref _rows[0]) % LineBytes)) % LineBytes / sizeof(float));
        Persons = new PersonId[capacity];
        _codes = withCodes ? GC.AllocateArray<byte>((capacity * stride) + LineBytes, pinned: true) : [];
        _codesAt = withCodes ? (int)((LineBytes - (Address(ref _codes[0]) % LineBytes)) % LineBytes) : 0;
        Scales = new float[withCodes ? capacity : 0];
        Errors = new float[withCodes ? capacity : 0];
    }

    public int Capacity { get; }

    /// <summary>Floats (and codes) from one row to the next: the dimensions rounded up, padded with zeros.</summary>
    public int Stride { get; }

    /// <summary>Rows that were ever written; those from here on are invisible to all searches and free to write.</summary>
    public int Written { get; private set; }

    public PersonId[] Persons { get; }

    /// <summary>What one step of a row's codes is worth.</summary>
    public float[] Scales { get; }

    /// <summary>Length of the difference between a row and its codes.</summary>
    public float[] Errors { get; }

    /// <summary>No row's error is more than this many of its steps: one number where a scan would have to read an error per row.</summary>
    public float ErrorPerScale { get; private set; }

    public ReadOnlySpan<float> Rows => _rows.AsSpan(_rowsAt, Capacity * Stride);

    public ReadOnlySpan<byte> Codes => _codes.AsSpan(_codesAt, Capacity * Stride);

    public ReadOnlySpan<float> Row(int row) => _rows.AsSpan(_rowsAt + (row * Stride), Stride);

    /// <summary>A chunk with the first <paramref name="rows"/> rows of this one.</summary>
    public TemplateChunk Copy(int capacity, int rows)
    {
        var copy = new TemplateChunk(capacity, Stride, _codes.Length > 0) { Written = rows, ErrorPerScale = ErrorPerScale };
        Rows[..(rows * Stride)].CopyTo(copy._rows.AsSpan(copy._rowsAt));
        Persons.AsSpan(0, rows).CopyTo(copy.Persons);
        if (_codes.Length > 0)
        {
            Codes[..(rows * Stride)].CopyTo(copy._codes.AsSpan(copy._codesAt));
            Scales.AsSpan(0, rows).CopyTo(copy.Scales);
            Errors.AsSpan(0, rows).CopyTo(copy.Errors);
        }

        return copy;
    }

    /// <summary>Writes a row that no search can see: in a fresh copy, or at <see cref="Written"/> or later.</summary>
    public void Write(int row, PersonId person, ReadOnlySpan<float> template)
    {
        var target = _rows.AsSpan(_rowsAt + (row * Stride), Stride);
        target.Clear();
        template.CopyTo(target);
        Persons[row] = person;
        if (_codes.Length > 0)
        {
            (Scales[row], Errors[row]) = Codes8.Encode(target, _codes.AsSpan(_codesAt + (row * Stride), Stride));
            ErrorPerScale = Math.Max(ErrorPerScale, Errors[row] / Scales[row] * 1.0001f);
        }

        Written = Math.Max(Written, row + 1);
    }

    private static nuint Address<T>(ref T place) => (nuint)Unsafe.ByteOffset(ref Unsafe.NullRef<T>(), ref place);
}
