namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>How long these tests wait for what must happen; nothing is measured by it.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(150);

    /// <summary>Looks again and again until there is something to see.</summary>
    public static async Task<T> Until<T>(string what, Func<Task<T?>> look)
        where T : class
    {
        using var patience = new CancellationTokenSource(Long);
        using var timer = new PeriodicTimer(s_look);
        while (true)
        {
            if (await look() is { } seen)
                return seen;
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited {Long.TotalSeconds:0} s, but not: {what}");
            }
        }
    }
}
