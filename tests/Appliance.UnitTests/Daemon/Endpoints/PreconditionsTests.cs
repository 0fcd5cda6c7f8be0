using Appliance.Daemon.Endpoints.Support;

namespace Appliance.UnitTests.Daemon.Endpoints;

public class PreconditionsTests
{
    [Fact]
    public void Read_OurETag_IsTheVersion()
    {
        var problem = Preconditions.Read("\"7\"", out var version);

        Assert.Null(problem);
        Assert.Equal(7, version);
    }

    [Fact]
    public void Read_Star_IsAnyVersion()
    {
        var problem = Preconditions.Read("*", out var version);

        Assert.Null(problem);
        Assert.Null(version);
    }

    [Theory]
    [InlineData(null, 428)]
    [InlineData("", 428)]
    [InlineData("7", 412)]
    [InlineData("\"-1\"", 412)]
    [InlineData("W/\"7\"", 412)]
    [InlineData("\"7\", \"8\"", 412)]
    [InlineData("\"99999999999\"", 412)]
    public void Read_AnythingElse_IsAProblem(string? header, int status) =>
        Assert.Equal(status, Preconditions.Read(header, out _)?.StatusCode);
}
