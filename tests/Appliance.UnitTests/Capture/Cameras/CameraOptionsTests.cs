using System.ComponentModel.DataAnnotations;
using Appliance.Capture.Cameras;

namespace Appliance.UnitTests.Capture.Cameras;

public sealed class CameraOptionsTests
{
    [Fact]
    public void Validate_Defaults_NeedOnlyIdAndSource()
    {
        Assert.Empty(Faults(new CameraOptions { Id = "gate-1", Source = "rtsp://cam/a" }));
        Assert.Equal([nameof(CameraOptions.Id), nameof(CameraOptions.Source)], Faults(new CameraOptions()).Order());
    }

    [Theory]
    [InlineData("Gate")]
    [InlineData("-gate")]
    [InlineData("a b")]
    [InlineData("../etc")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void Validate_BadId_IsNamed(string id) =>
        Assert.Equal([nameof(CameraOptions.Id)], Faults(new CameraOptions { Id = id, Source = "test://" }));

    [Fact]
    public void Validate_OutOfRange_NamesEveryFault()
    {
        var faults = Faults(new CameraOptions
        {
            Id = "a",
            Source = "test://",
            FramesPerSecond = 0,
            PreRollSeconds = 61,
            PreRollMegabytes = 0,
            SilenceTimeout = TimeSpan.FromMilliseconds(10),
            FrozenTimeout = TimeSpan.Zero,
            Transport = (CameraTransport)7,
        });

        Assert.Equal(
            [
                nameof(CameraOptions.FramesPerSecond), nameof(CameraOptions.FrozenTimeout), nameof(CameraOptions.PreRollMegabytes),
                nameof(CameraOptions.PreRollSeconds), nameof(CameraOptions.SilenceTimeout), nameof(CameraOptions.Transport),
            ],
            faults.Order());
    }

    [Fact]
    public void ToString_WithPassword_DoesNotShowIt() =>
        Assert.DoesNotContain("s3cret", new CameraOptions { Id = "a", Source = "rtsp://u:s3cret@cam/", Password = "s3cret" }.ToString());

    private static IEnumerable<string> Faults(CameraOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.SelectMany(result => result.MemberNames);
    }
}
