using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Devices;

namespace Appliance.UnitTests.FabricGateway;

public class DeviceKeysTests
{
    private static readonly DeviceKey s_first = new("7F3A", 1, WireSamples.Address('1').Value, 1, "operator", 0, null);
    private static readonly DeviceKey s_second = new("7F3A", 2, WireSamples.Address('2').Value, 10, "rotation", 0, null);

    [Theory]
    [InlineData(1, '1')]
    [InlineData(9, '1')]
    [InlineData(10, '2')]
    [InlineData(99, '2')]
    public void ForBatch_AfterARotation_IsTheKeyOfThatNumber(long seq, char digit) =>
        Assert.Equal(WireSamples.Address(digit).Value, new DeviceKeys([s_first, s_second]).ForBatch(seq)!.Address);

    [Fact]
    public void ForBatch_BeforeTheFirstKey_IsNone() => Assert.Null(new DeviceKeys([s_second]).ForBatch(9));

    [Fact]
    public void ForBatch_RevokedKey_IsNone() => Assert.Null(new DeviceKeys([s_first with { RevokedAt = 5 }]).ForBatch(1));

    [Theory]
    [InlineData('1', false)]
    [InlineData('2', true)]
    [InlineData('3', false)]
    public void MaySpeak_AfterARotation_TheNewestKeyAlone(char digit, bool may) =>
        Assert.Equal(may, new DeviceKeys([s_first, s_second]).MaySpeak(WireSamples.Address(digit).Value));

    [Fact]
    public void MaySpeak_RevokedKey_MayNot() => Assert.False(new DeviceKeys([s_first with { RevokedAt = 5 }]).MaySpeak(s_first.Address));

    [Fact]
    public void WhyNotRotate_FollowsTheCurrentKey_IsTaken() => Assert.Null(new DeviceKeys([s_first]).WhyNotRotate(Statement(s_first.Address, 10)));

    [Fact]
    public void WhyNotRotate_FollowsAnotherKey_SaysWhich() =>
        Assert.Contains(s_second.Address, new DeviceKeys([s_first, s_second]).WhyNotRotate(Statement(s_first.Address, 20)));

    [Fact]
    public void WhyNotRotate_BeginsBeforeTheCurrentKey_IsRefused() => Assert.NotNull(new DeviceKeys([s_second]).WhyNotRotate(Statement(s_second.Address, 9)));

    [Fact]
    public void WhyNotRotate_BeforeAnythingWasSigned_IsTaken() => Assert.Null(new DeviceKeys([s_first]).WhyNotRotate(Statement(s_first.Address, 1)));

    private static KeyStatement Statement(string old, long firstBatch) =>
        new("7F3A", 2, old, WireSamples.Address('9').Value, firstBatch, DateTimeOffset.UnixEpoch);
}
