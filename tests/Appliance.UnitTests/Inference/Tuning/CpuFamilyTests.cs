using Appliance.Inference.Tuning;

namespace Appliance.UnitTests.Inference.Tuning;

/// <summary>Shortened from /proc/cpuinfo of such machines.</summary>
public class CpuFamilyTests
{
    [Theory]
    [InlineData("processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\nstepping\t: 1\n", "amd-25-1")]
    [InlineData("processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 190\nmodel name\t: Intel(R) N100\n", "intel-6-190")]
    [InlineData("processor\t: 0\nvendor_id\t:   CentaurHauls \ncpu family\t: 7\nmodel\t\t: 59\n", "centaurhauls-7-59")]
    public void Parse_X86_IsVendorFamilyAndModel(string cpuinfo, string expected) => Assert.Equal(expected, CpuFamily.Parse(cpuinfo));

    [Fact]
    public void Parse_RaspberryPi5_IsImplementerAndPart() => Assert.Equal("arm-41-d0b", CpuFamily.Parse(
        """
        processor       : 0
        BogoMIPS        : 108.00
        Features        : fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
        CPU implementer : 0x41
        CPU architecture: 8
        CPU variant     : 0x4
        CPU part        : 0xd0b
        CPU revision    : 1

        processor       : 1
        CPU implementer : 0x41
        CPU part        : 0xd0b

        Revision        : c04170
        Model           : Raspberry Pi 5 Model B Rev 1.0
        """));

    [Fact]
    public void Parse_BigLittle_NamesBothClustersOnce() => Assert.Equal("arm-41-d03+d09", CpuFamily.Parse(
        """
        processor : 0
        CPU implementer : 0x41
        CPU part : 0xd09
        processor : 1
        CPU implementer : 0x41
        CPU part : 0xD03
        processor : 2
        CPU implementer : 0x41
        CPU part : 0xd03
        """));

    [Theory]
    [InlineData("")]
    [InlineData("processor : 0\nhart : 0\nisa : rv64imafdc\n")]
    public void Parse_NeitherX86NorArm_IsUnknown(string cpuinfo) => Assert.Equal("unknown", CpuFamily.Parse(cpuinfo));

    [Fact]
    public void Lookup_GoesFromTheModelToTheVendor() =>
        Assert.Equal(["amd-25-1", "amd-25", "amd"], CpuFamily.Lookup("amd-25-1"));
}
