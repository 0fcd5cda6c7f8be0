namespace Appliance.Daemon.Cli.Doctor;

/// <summary>How a check ended.</summary>
internal enum CheckState
{
    Ok,

    /// <summary>The box works, something is missing or could be better.</summary>
    Warn,

    /// <summary>The box does not work like this.</summary>
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="State">How it is.</param>
/// <param name="Reason">What was found.</param>
/// <param name="ToDo">What to do about it; empty when nothing is.</param>
internal sealed record Check(string Name, CheckState State, string Reason, string ToDo)
{
    public static Check Ok(string name, string found) => new(name, CheckState.Ok, found, "");

    public static Check Warn(string name, string reason, string toDo) => new(name, CheckState.Warn, reason, toDo);

    public static Check Fail(string name, string reason, string toDo) => new(name, CheckState.Fail, reason, toDo);
}
