namespace Appliance.Core.Inputs;

/// <summary>An input line as it is.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">What it is: <c>door</c>, <c>tamper</c>, <c>motion</c>, …</param>
/// <param name="Active">Logical state: door open, switch tripped (polarity applied).</param>
/// <param name="Since">When it changed, UTC.</param>
/// <param name="Changes">Changes since start.</param>
public sealed record InputState(string Id, string Kind, bool Active, DateTimeOffset Since, long Changes);

/// <summary>The lines of one driver: GPIO character device or simulated.</summary>
public interface IInputDriver : IDisposable
{
    /// <summary>Whether the driver suppresses bounces by itself.</summary>
    bool Debounces { get; }

    /// <summary>Logical level of a line now.</summary>
    bool Get(int line);

    /// <summary>Calls with line and level after each change, and with the fault when no more will come; on a thread of its own.</summary>
    void Start(Action<int, bool> changed, Action<Exception> failed);
}
