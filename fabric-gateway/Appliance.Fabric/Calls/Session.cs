namespace Appliance.Fabric;

/// <summary>What everything that came from one gateway shares.</summary>
internal sealed record Session(GatewayClient Client, SigningIdentity Identity, TimeProvider Clock);
