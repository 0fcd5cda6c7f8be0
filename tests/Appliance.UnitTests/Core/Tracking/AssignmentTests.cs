using Appliance.Core.Tracking;

namespace Appliance.UnitTests.Core.Tracking;

public class AssignmentTests
{
    [Fact]
    public void Solve_RandomProblems_CostsWhatTryingEverythingCosts()
    {
        var random = new Random(1);
        var assignment = new Assignment();
        for (var problem = 0; problem < 500; problem++)
        {
            int rows = random.Next(1, 6), columns = random.Next(1, 6);
            var costs = Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() * 14) - 4).ToArray();
            costs.CopyTo(assignment.Begin(rows, columns));
            var columnOf = new int[8];

            assignment.Solve(miss: 6, columnOf);

            var used = columnOf.Take(rows).Where(column => column >= 0).ToArray();
            Assert.Equal(used.Length, used.Distinct().Count());
            var total = Enumerable.Range(0, rows).Sum(row => columnOf[row] < 0 ? 6 : costs[(row * columns) + columnOf[row]]);
            Assert.Equal(Best(costs, rows, columns, 0, 0), total, 0.001);
        }
    }

    [Fact]
    public void Solve_GreedyWouldTakeTheNearest_TakesTheCheapestSum()
    {
        var assignment = new Assignment();
        ((float[])[1, 2, 2, 9]).CopyTo(assignment.Begin(2, 2));
        var columnOf = new int[2];

        assignment.Solve(miss: 10, columnOf);

        Assert.Equal([1, 0], columnOf);
    }

    [Fact]
    public void Solve_NothingToPair_LeavesAllAlone()
    {
        var assignment = new Assignment();
        var columnOf = new int[3];
        assignment.Begin(3, 0);

        assignment.Solve(miss: 1, columnOf);

        Assert.Equal([-1, -1, -1], columnOf);
    }

    private static float Best(float[] costs, int rows, int columns, int row, int used)
    {
        if (row == rows)
            return 0;

        var best = 6 + Best(costs, rows, columns, row + 1, used);
        for (var column = 0; column < columns; column++)
        {
            if ((used & (1 << column)) == 0)
                best = Math.Min(best, costs[(row * columns) + column] + Best(costs, rows, columns, row + 1, used | (1 << column)));
        }

        return best;
    }
}
