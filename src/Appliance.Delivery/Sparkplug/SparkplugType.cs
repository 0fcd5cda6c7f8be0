namespace Appliance.Delivery.Sparkplug;

/// <summary>Data types of the payload that the box uses, with their numbers on the wire.</summary>
internal enum SparkplugType : uint
{
    Int32 = 3,
    Int64 = 4,
    Double = 10,
    Boolean = 11,
    String = 12,
}
