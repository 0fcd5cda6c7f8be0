using System.Xml.Linq;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Repository;

/// <summary>Dependencies point one way: Daemon → adapters → Core (and Native, for those that need a C library).</summary>
public class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Appliance.Core"] = [],
        ["Appliance.Native"] = [],
        ["Appliance.Grpc"] = [],
        ["Appliance.Capture"] = ["Appliance.Core", "Appliance.Native"],
        ["Appliance.Inference"] = ["Appliance.Core", "Appliance.Native"],
        ["Appliance.Scene"] = ["Appliance.Core", "Appliance.Native"],
        ["Appliance.Store"] = ["Appliance.Core"],
        ["Appliance.Delivery"] = ["Appliance.Core", "Appliance.Native"],
        ["Appliance.Learning"] = ["Appliance.Core", "Appliance.Grpc"],
        ["Appliance.Fabric"] = ["Appliance.Grpc"],
        // A program of its own: it stands beside the daemon, not below it.
        ["Appliance.FabricGateway"] = ["Appliance.Core", "Appliance.Native", "Appliance.Store", "Appliance.Delivery", "Appliance.Fabric"],
    };

    public static TheoryData<string> Projects() =>
        [.. Directory.GetFiles(Checkout.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/artifacts/") && !path.Contains("/tests/") && !path.Contains("/node_modules/"))
            .Select(path => Path.GetRelativePath(Checkout.Root, path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_EveryProject_PointTowardsCore(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var references = XDocument.Load(Path.Combine(Checkout.Root, project))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        if (name == "Appliance.Daemon")
            return;

        Assert.True(s_allowed.TryGetValue(name, out var allowed), $"{name} is new: say here what it may reference");
        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void UnsafeCode_OutsideNative_IsNotAllowed()
    {
        var allowing = Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("AllowUnsafeBlocks"))
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(["Appliance.Native"], allowing);
    }
}
