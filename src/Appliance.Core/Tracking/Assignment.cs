namespace Appliance.Core.Tracking;

/// <summary>
/// The cheapest pairing of rows and columns: shortest augmenting paths with potentials (Jonker and Volgenant 1987), O(n²m) at
/// worst and near n·m where few pairs compete. Buffers grow to the largest problem seen and are kept.
/// </summary>
internal sealed class Assignment
{
    private float[] _costs = [];
    private float[] _rowPotential = [];
    private float[] _columnPotential = [];
    private float[] _slack = [];
    private int[] _from = [];
    private int[] _rowOf = [];
    private bool[] _done = [];
    private int _rows;
    private int _columns;

    /// <summary>Begins a problem; returns the costs to fill, row by row (<paramref name="rows"/> × <paramref name="columns"/>).</summary>
    public Span<float> Begin(int rows, int columns)
    {
        _rows = rows;
        _columns = columns;
        if (_costs.Length < rows * columns)
            _costs = new float[Math.Max(rows * columns, 2 * _costs.Length)];
        return _costs.AsSpan(0, rows * columns);
    }

    /// <summary>
    /// Solves it: <paramref name="columnOf"/>[row] is the row's column, or −1. A pair that costs <paramref name="miss"/> or more
    /// is no pair; leaving a row alone costs exactly that.
    /// </summary>
    public void Solve(float miss, Span<int> columnOf)
    {
        columnOf[.._rows].Fill(-1);
        if (_rows == 0 || _columns == 0)
            return;

        // The method needs at least as many columns as rows; otherwise rows and columns change places.
        var flipped = _rows > _columns;
        var rows = flipped ? _columns : _rows;
        var columns = flipped ? _rows : _columns;
        Prepare(rows, columns);
        for (var row = 1; row <= rows; row++)
            Augment(row, columns, flipped, miss);

        for (var column = 1; column <= columns; column++)
        {
            if (_rowOf[column] == 0)
                continue;

            var (r, c) = flipped ? (column - 1, _rowOf[column] - 1) : (_rowOf[column] - 1, column - 1);
            if (_costs[(r * _columns) + c] < miss)
                columnOf[r] = c;
        }
    }

    private void Prepare(int rows, int columns)
    {
        if (_slack.Length <= columns)
        {
            var size = Math.Max(columns + 1, 2 * _slack.Length);
            _columnPotential = new float[size];
            _rowPotential = new float[size];
            _slack = new float[size];
            _from = new int[size];
            _rowOf = new int[size];
            _done = new bool[size];
        }

        _rowPotential.AsSpan(0, rows + 1).Clear();
        _columnPotential.AsSpan(0, columns + 1).Clear();
        _rowOf.AsSpan(0, columns + 1).Clear();
    }

    /// <summary>Gives <paramref name="row"/> a column along the shortest path; column 0 is where the path starts.</summary>
    private void Augment(int row, int columns, bool flipped, float miss)
    {
        _rowOf[0] = row;
        _slack.AsSpan(0, columns + 1).Fill(float.PositiveInfinity);
        _done.AsSpan(0, columns + 1).Clear();
        var column = 0;
        do
        {
            _done[column] = true;
            column = Step(column, columns, flipped, miss);
        }
        while (_rowOf[column] != 0);

        while (column != 0)
        {
            var previous = _from[column];
            _rowOf[column] = _rowOf[previous];
            column = previous;
        }
    }

    private int Step(int column, int columns, bool flipped, float miss)
    {
        var row = _rowOf[column];
        var least = float.PositiveInfinity;
        var next = 0;
        for (var j = 1; j <= columns; j++)
        {
            if (_done[j])
                continue;

            var cost = flipped ? _costs[((j - 1) * _columns) + row - 1] : _costs[((row - 1) * _columns) + j - 1];
            var reduced = Math.Min(cost, miss) - _rowPotential[row] - _columnPotential[j];
            if (reduced < _slack[j])
            {
                _slack[j] = reduced;
                _from[j] = column;
            }

            if (_slack[j] < least)
            {
                least = _slack[j];
                next = j;
            }
        }

        for (var j = 0; j <= columns; j++)
        {
            if (_done[j])
            {
                _rowPotential[_rowOf[j]] += least;
                _columnPotential[j] -= least;
            }
            else
            {
                _slack[j] -= least;
            }
        }

        return next;
    }
}
