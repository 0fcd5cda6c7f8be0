using System.Numerics.Tensors;

namespace Appliance.Core.Recognition.Index;

/// <summary>
/// The templates of a watchlist, for many readers and one writer at a time. A reader takes <see cref="Current"/> and works on it
/// undisturbed; a change copies the chunks that it touches, publishes the new list of chunks with one reference, and leaves the
/// old ones to the garbage collector when the last reader is through. Nobody waits for anybody but writers for writers.
/// </summary>
internal sealed class TemplateTable(int dimensions, bool withCodes)
{
    private readonly Lock _writing = new();
    private readonly Dictionary<PersonId, int[]> _rowsOf = [];
    private readonly HashSet<TemplateChunk> _fresh = [];
    private Snapshot _current = new([], 0);

    /// <summary>Rows from one to the next, in floats: a multiple of 32, the most that one step of a kernel takes.</summary>
    public int Stride { get; } = (dimensions + 31) / 32 * 32;

    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>The chunks of one moment; all are full but the last.</summary>
    public sealed class Snapshot(TemplateChunk[] chunks, int count)
    {
        public int Count { get; } = count;

        public ReadOnlySpan<TemplateChunk> Chunks => chunks;

        public int RowsIn(int chunk) => Math.Min(TemplateChunk.FullRows, Count - (chunk * TemplateChunk.FullRows));
    }

    public void Put(PersonId person, IReadOnlyList<float[]> templates)
    {
        foreach (var template in templates)
            Check(template);

        lock (_writing)
        {
            var (chunks, count) = (Current.Chunks.ToArray().ToList(), Current.Count);
            _fresh.Clear();
            count = Remove(chunks, count, person);
            count = Append(chunks, count, person, templates);
            Volatile.Write(ref _current, new(chunks.ToArray(), count));
            _fresh.Clear();
        }
    }

    public void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist)
    {
        lock (_writing)
        {
            var chunks = new List<TemplateChunk>();
            var count = 0;
            _rowsOf.Clear();
            _fresh.Clear();
            foreach (var (person, templates) in watchlist)
            {
                foreach (var template in templates)
                    Check(template);

                if (_rowsOf.ContainsKey(person))
                    count = Remove(chunks, count, person);
                count = Append(chunks, count, person, templates);
            }

            Volatile.Write(ref _current, new(chunks.ToArray(), count));
            _fresh.Clear();
        }
    }

    /// <summary>Each row of the person is overwritten by the last row of all, which moves there.</summary>
    private int Remove(List<TemplateChunk> chunks, int count, PersonId person)
    {
        if (!_rowsOf.Remove(person, out var rows))
            return count;

        Array.Sort(rows);
        for (var i = rows.Length - 1; i >= 0; i--)
        {
            var last = --count;
            if (rows[i] != last)
                Move(chunks, last, rows[i]);
        }

        var used = (count + TemplateChunk.FullRows - 1) / TemplateChunk.FullRows;
        chunks.RemoveRange(used, chunks.Count - used);
        return count;
    }

    private void Move(List<TemplateChunk> chunks, int from, int to)
    {
        var source = chunks[from / TemplateChunk.FullRows];
        var owner = source.Persons[from % TemplateChunk.FullRows];
        var target = Fresh(chunks, to / TemplateChunk.FullRows, TemplateChunk.FullRows);
        target.Write(to % TemplateChunk.FullRows, owner, source.Row(from % TemplateChunk.FullRows));
        var rows = _rowsOf[owner];
        rows[Array.IndexOf(rows, from)] = to;
    }

    private int Append(List<TemplateChunk> chunks, int count, PersonId person, IReadOnlyList<float[]> templates)
    {
        if (templates.Count == 0)
            return count;

        var rows = new int[templates.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = count;
            var row = count % TemplateChunk.FullRows;
            var index = count / TemplateChunk.FullRows;
            if (index == chunks.Count)
            {
                // The first chunk grows with the watchlist; whoever fills a second one will need all of it.
                chunks.Add(new(index == 0 ? 64 : TemplateChunk.FullRows, Stride, withCodes));
                _fresh.Add(chunks[index]);
            }

            var chunk = chunks[index];
            if (row >= chunk.Capacity || row < chunk.Written)
                chunk = Fresh(chunks, index, row);
            chunk.Write(row, person, Unit(templates[i]));
            count++;
        }

        _rowsOf.Add(person, rows);
        return count;
    }

    /// <summary>The chunk as a copy of this change's own, with room for one row more than <paramref name="rows"/>.</summary>
    private TemplateChunk Fresh(List<TemplateChunk> chunks, int index, int rows)
    {
        var chunk = chunks[index];
        var capacity = chunk.Capacity;
        while (capacity <= rows && capacity < TemplateChunk.FullRows)
            capacity *= 2;
        if (_fresh.Contains(chunk) && capacity == chunk.Capacity)
            return chunk;

        var copy = chunk.Copy(capacity, Math.Min(rows, chunk.Written));
        chunks[index] = copy;
        _fresh.Add(copy);
        return copy;
    }

    private void Check(float[] template)
    {
        if (template.Length != dimensions)
            throw new ArgumentException($"A template of {template.Length} floats for an index of {dimensions}.");
        if (!(TensorPrimitives.Norm<float>(template) is > 1e-6f and < 1e6f))
            throw new ArgumentException("A template without direction: its length is zero or not a number.");
    }

    private static ReadOnlySpan<float> Unit(float[] template)
    {
        var norm = TensorPrimitives.Norm<float>(template);
        if (Math.Abs(norm - 1) < 1e-5f)
            return template;

        var unit = new float[template.Length];
        TensorPrimitives.Divide(template, norm, unit);
        return unit;
    }
}
