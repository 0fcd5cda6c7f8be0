namespace Appliance.Learning.Flower;

/// <summary>What the server sent cannot be used; the message is short enough to be sent back.</summary>
public sealed class PayloadException(string message, Exception? inner = null) : Exception(message, inner);
