using System.Text.RegularExpressions;
using Appliance.Daemon.Host.Configuration;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Repository;

/// <summary>What the README shows must be true: its configuration is accepted, its links and commands exist.</summary>
public partial class ReadmeTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    [Fact]
    public void Readme_ConfigurationSample_HasNoFault()
    {
        var sample = JsonBlock().Match(s_text);

        var loaded = ConfigurationFile.Parse(sample.Groups[1].Value);

        Assert.True(sample.Success);
        Assert.Empty(loaded.Faults);
        Assert.Equal(["gate", "yard", "test"], loaded.Options.Cameras.Select(camera => camera.Id));
    }

    [Fact]
    public void Readme_RelativeLinks_PointToFiles()
    {
        var links = Link().Matches(s_text).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://")).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Checkout.Root, link)), $"{link} does not exist"));
    }

    [Fact]
    public void Readme_MakeTargets_Exist()
    {
        var makefile = File.ReadAllText(Path.Combine(Checkout.Root, "Makefile"));
        var targets = MakeTarget().Matches(s_text).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("demo", targets);
        Assert.All(targets, target => Assert.Contains($"\n{target}:", makefile));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\bmake ([a-z]+)")]
    private static partial Regex MakeTarget();
}
