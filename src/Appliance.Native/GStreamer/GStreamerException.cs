namespace Appliance.Native.GStreamer;

/// <summary>What GStreamer reported.</summary>
public sealed class GStreamerException(GStreamerFault fault) : Exception(fault.ToString())
{
    public GStreamerException(string message)
        : this(new GStreamerFault("", GStreamerDomain.Other, 0, message, ""))
    {
    }

    public GStreamerFault Fault { get; } = fault;
}

/// <summary>One error or warning of a pipeline.</summary>
/// <param name="Element">Factory or name of the element that reported it.</param>
/// <param name="Domain">Which enumeration <paramref name="Code"/> belongs to.</param>
/// <param name="Code">Number within the domain (GstResourceError, GstStreamError, GstCoreError).</param>
/// <param name="Message">For people.</param>
/// <param name="Debug">For developers; often holds the true cause.</param>
public sealed record GStreamerFault(string Element, GStreamerDomain Domain, int Code, string Message, string Debug)
{
    public override string ToString() => Element.Length == 0 ? Message : $"{Element}: {Message}";
}

/// <summary>GStreamer's error domains.</summary>
public enum GStreamerDomain
{
    Other,
    Core,
    Library,
    Resource,
    Stream,
}
