using Appliance.Core.Outputs;
using Appliance.Delivery.Outputs;

namespace Appliance.UnitTests.Delivery.Outputs;

public sealed class SimulatedDriverTests : OutputDriverTests
{
    [Fact]
    public override void Open_InitialLevels_AreThereAtOnce() => base.Open_InitialLevels_AreThereAtOnce();

    [Fact]
    public override void Set_OneLine_LeavesTheOther() => base.Set_OneLine_LeavesTheOther();

    [Fact]
    public override void Set_NoSuchLine_Throws() => base.Set_NoSuchLine_Throws();

    [Fact]
    public override void Set_AfterDispose_Throws() => base.Set_AfterDispose_Throws();

    [Fact]
    public override void Open_AgainAfterDispose_Works() => base.Open_AgainAfterDispose_Works();

    protected override IOutputDriver Open(bool first, bool second) => new SimulatedDriver([first, second]);
}
