using Appliance.IntegrationTests.Fabric.OfficialClient;

namespace Appliance.IntegrationTests.Fabric.ContractProcess;

/// <summary>A test that needs npm, and a node new enough for the contract (the same one as for the official client).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute
{
    public ContractFactAttribute() => Skip = OfficialClientFactAttribute.WhyNot;
}
