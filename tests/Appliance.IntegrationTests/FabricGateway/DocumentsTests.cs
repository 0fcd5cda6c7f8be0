using System.Diagnostics;
using System.Text.RegularExpressions;
using Appliance.FabricGateway.Configuration;
using Appliance.IntegrationTests.Daemon;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>What lies beside the companion must be true: samples, links, the unit.</summary>
public partial class DocumentsTests
{
    private static readonly string s_folder = Path.Combine(Checkout.Root, "fabric-gateway");
    private static readonly string s_unit = Path.Combine(Checkout.Root, "systemd", "watchpost-fabric-gateway.service");

    private static string Readme => File.ReadAllText(Path.Combine(s_folder, "Appliance.FabricGateway", "README.md"));

    [Fact]
    public void Example_AsItIs_HasNoFault() =>
        Assert.Empty(GatewayConfiguration.Parse(File.ReadAllText(Path.Combine(s_folder, "fabric-gateway.example.json"))).Faults);

    [Fact]
    public void Readme_Sample_HasNoFault() => Assert.Empty(GatewayConfiguration.Parse(JsonBlock().Match(Readme).Groups[1].Value).Faults);

    [Fact]
    public void Readme_RelativeLinks_PointToFiles()
    {
        var links = Link().Matches(Readme).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(s_folder, "Appliance.FabricGateway", link)), $"{link} does not exist"));
    }

    [SystemdAnalyzeFact]
    public async Task Unit_Security_IsBelowTwo()
    {
        var (code, said) = await Analyze("security", "--offline=true", "--threshold=20", s_unit);

        Assert.True(code == 0, said);
    }

    [SystemdAnalyzeFact]
    public async Task Unit_Verified_HasNoLineThatSystemdDoesNotKnow()
    {
        var (_, said) = await Analyze("verify", s_unit);

        Assert.DoesNotMatch(@"fabric-gateway\.service:\d+:", said);
    }

    private static async Task<(int Code, string Said)> Analyze(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(SystemdAnalyzeFactAttribute.Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
