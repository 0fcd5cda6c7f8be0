using Appliance.Inference.Catalogue;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Inference;

/// <summary>What ships inside the repository.</summary>
public class BuiltinModelsTests
{
    [Fact]
    public void Resolve_EveryFileInBuiltin_IsInTheCatalogueWithItsHash()
    {
        var catalogue = ModelCatalogue.Open("");
        foreach (var path in Directory.GetFiles(Path.Combine(Checkout.Root, "models", "builtin"), "*.onnx"))
        {
            var model = catalogue.Models.SingleOrDefault(entry => entry.File == Path.GetFileName(path));
            Assert.True(model is not null, $"{path} has no entry in models/manifest.json");

            // After new weights: models/update_manifest.py.
            var resolved = catalogue.Resolve(model.Kind, model.Name);

            Assert.Equal(path, resolved.Path);
            Assert.Equal(new FileInfo(path).Length, model.Bytes);
        }
    }

    [Fact]
    public void Preferred_NothingElsePresent_ABuiltinModelIsThere()
    {
        var catalogue = ModelCatalogue.Open("");
        foreach (var kind in Enum.GetValues<ModelKind>())
            Assert.Contains(catalogue.Preferred(kind), model => catalogue.Find(model)?.Contains("builtin", StringComparison.Ordinal) == true);
    }
}
