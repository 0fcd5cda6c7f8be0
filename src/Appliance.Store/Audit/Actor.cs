namespace Appliance.Store.Audit;

/// <summary>Who asks for a change.</summary>
/// <param name="Name">User name, token name or <c>system</c>.</param>
/// <param name="Address">Where from: a network address, <c>console</c> or empty.</param>
public readonly record struct Actor(string Name, string Address)
{
    /// <summary>The program itself.</summary>
    public static readonly Actor System = new("system", "");
}
