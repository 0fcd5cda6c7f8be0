using System.Collections.Concurrent;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>Methods of the service.</summary>
internal enum Method
{
    Evaluate,
    Endorse,
    Submit,
    CommitStatus,
    ChaincodeEvents,
}

/// <summary>What goes wrong with one call.</summary>
/// <param name="Kind">How.</param>
/// <param name="Refusal">What is answered, for <see cref="FaultKinds.Refuse"/>.</param>
internal sealed record ScriptedFault(FaultKinds Kind, Refusal? Refusal = null)
{
    /// <summary>The connection breaks before anything was done.</summary>
    public static readonly ScriptedFault Break = new(FaultKinds.BreakBefore);

    /// <summary>All is done, and the connection breaks before the answer: the client cannot know.</summary>
    public static readonly ScriptedFault LoseAnswer = new(FaultKinds.BreakAfter);

    /// <summary>Accepted and forgotten: an orderer that died before it told the others. For Submit.</summary>
    public static readonly ScriptedFault Forget = new(FaultKinds.Forget);

    public static ScriptedFault Refuse(Refusal refusal) => new(FaultKinds.Refuse, refusal);
}

internal enum FaultKinds
{
    Refuse,
    BreakBefore,
    BreakAfter,
    Forget,
}

/// <summary>Faults of the calls to come, first in first out for each method.</summary>
internal sealed class FaultScript
{
    private readonly ConcurrentDictionary<Method, ConcurrentQueue<ScriptedFault>> _coming = [];

    /// <summary>The next <paramref name="times"/> calls of a method meet that fault.</summary>
    public void Next(Method method, ScriptedFault fault, int times = 1)
    {
        for (var i = 0; i < times; i++)
            _coming.GetOrAdd(method, _ => new()).Enqueue(fault);
    }

    /// <inheritdoc cref="Next(Method, ScriptedFault, int)"/>
    public void Next(Method method, Refusal refusal, int times = 1) => Next(method, ScriptedFault.Refuse(refusal), times);

    internal ScriptedFault? Take(Method method) => _coming.TryGetValue(method, out var queue) && queue.TryDequeue(out var fault) ? fault : null;
}
