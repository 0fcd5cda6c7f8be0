namespace Appliance.Delivery.Ipfs;

/// <summary>The node did not do what was asked; the message says why. It is tried again.</summary>
public sealed class IpfsException(string message, Exception? inner = null) : Exception(message, inner);
