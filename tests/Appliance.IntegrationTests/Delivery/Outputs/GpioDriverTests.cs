using Appliance.Core.Outputs;
using Appliance.Delivery.Outputs;
using Appliance.IntegrationTests.Support;
using Appliance.UnitTests.Delivery.Outputs;

namespace Appliance.IntegrationTests.Delivery.Outputs;

/// <summary>The kernel's GPIO on lines that the operator of the test machine named: they are driven.</summary>
[Trait("needs", "gpio")]
public sealed class GpioDriverTests : OutputDriverTests
{
    [GpioFact]
    public override void Open_InitialLevels_AreThereAtOnce() => base.Open_InitialLevels_AreThereAtOnce();

    [GpioFact]
    public override void Set_OneLine_LeavesTheOther() => base.Set_OneLine_LeavesTheOther();

    [GpioFact]
    public override void Set_NoSuchLine_Throws() => base.Set_NoSuchLine_Throws();

    [GpioFact]
    public override void Set_AfterDispose_Throws() => base.Set_AfterDispose_Throws();

    [GpioFact]
    public override void Open_AgainAfterDispose_Works() => base.Open_AgainAfterDispose_Works();

    protected override IOutputDriver Open(bool first, bool second) => new GpioDriver(new()
    {
        Driver = OutputDriverKind.Gpio,
        Chip = GpioFactAttribute.Chip!,
        Lines =
        [
            new() { Id = "first", Line = GpioFactAttribute.Lines[0], OnAtStart = first },
            new() { Id = "second", Line = GpioFactAttribute.Lines[1], OnAtStart = second, ActiveLow = true },
        ],
    }, line => line.OnAtStart);
}
