using Appliance.Core.Outputs;
using Appliance.Delivery.Outputs;

namespace Appliance.UnitTests.Delivery.Outputs;

/// <summary>What every driver promises. Inherited by the tests of each, which say where they can run.</summary>
public abstract class OutputDriverTests
{
    public virtual void Open_InitialLevels_AreThereAtOnce()
    {
        using var driver = Open(false, true);

        Assert.False(driver.Get(0));
        Assert.True(driver.Get(1));
    }

    public virtual void Set_OneLine_LeavesTheOther()
    {
        using var driver = Open(false, false);

        driver.Set(1, true);
        var afterOn = (driver.Get(0), driver.Get(1));
        driver.Set(1, false);
        var afterOff = (driver.Get(0), driver.Get(1));

        Assert.Equal((false, true), afterOn);
        Assert.Equal((false, false), afterOff);
    }

    public virtual void Set_NoSuchLine_Throws()
    {
        using var driver = Open(false, false);

        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Set(2, true));
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Set(-1, true));
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Get(2));
    }

    public virtual void Set_AfterDispose_Throws()
    {
        var driver = Open(false, false);
        driver.Dispose();

        Assert.Throws<ObjectDisposedException>(() => driver.Set(0, true));
    }

    public virtual void Open_AgainAfterDispose_Works()
    {
        Open(true, true).Dispose();

        using var driver = Open(false, true);

        Assert.False(driver.Get(0));
    }

    /// <summary>Two lines with these levels.</summary>
    protected abstract IOutputDriver Open(bool first, bool second);
}
