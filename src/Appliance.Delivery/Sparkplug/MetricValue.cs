namespace Appliance.Delivery.Sparkplug;

/// <summary>A value of a metric without boxing: a number, a truth or a text, or unknown.</summary>
internal readonly record struct MetricValue
{
    /// <summary>Unknown: <c>is_null</c> on the wire.</summary>
    public static readonly MetricValue Null = new() { IsNull = true };

    public bool IsNull { get; private init; }

    public long Integer { get; private init; }

    public double Real { get; private init; }

    public string? Text { get; private init; }

    public bool IsTrue => Integer != 0;

    public static MetricValue Of(bool value) => new() { Integer = value ? 1 : 0 };

    public static MetricValue Of(bool? value) => value is { } known ? Of(known) : Null;

    public static MetricValue Of(long value) => new() { Integer = value };

    public static MetricValue Of(long? value) => value is { } known ? Of(known) : Null;

    public static MetricValue Of(double value) => new() { Real = value };

    public static MetricValue Of(double? value) => value is { } known ? Of(known) : Null;

    public static MetricValue Of(string? value) => value is null ? Null : new() { Text = value };
}
