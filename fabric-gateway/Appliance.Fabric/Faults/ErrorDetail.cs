namespace Appliance.Fabric;

/// <summary>What one peer or orderer behind the gateway said.</summary>
/// <param name="Address">Its host and port.</param>
/// <param name="MspId">Its organisation.</param>
/// <param name="Message">Its reason.</param>
public sealed record ErrorDetail(string Address, string MspId, string Message);
