namespace Appliance.UnitTests.Support;

public static class Allocations
{
    /// <summary>The fewest bytes that one of several runs allocates on this thread.</summary>
    /// <remarks>
    /// A garbage collection may empty the shared array pool at any moment, and the next rent allocates; code that allocates by
    /// itself does so in every run.
    /// </remarks>
    public static long Least(Action run)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
