using System.Text;
using Appliance.Inference;
using Appliance.Inference.Catalogue;

namespace Appliance.UnitTests.Inference.Catalogue;

public class ModelManifestTests
{
    private const string Embedder =
        """
        {
          "preferred": { "FaceEmbedder": ["e"] },
          "models": [{
            "name": "e", "version": "1", "kind": "FaceEmbedder", "file": "e.onnx",
            "sha256": "0773f4576f11af281a513c1aa9aad1047ef1b6c0d3b2e87f596a2a387d361d31", "bytes": 7,
            "licence": "MIT", "commercialUse": true, "source": { "home": "https://example.org" },
            "input": { "name": "data", "width": 112, "height": 112, "channels": "Rgb", "mean": [1, 2, 3], "scale": [4, 5, 6] },
            "output": { "name": "out", "dimensions": 128 },
            "alignment": { "points": [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]] }
          }]
        }
        """;

    [Fact]
    public void Parse_Complete_KeepsTheContract()
    {
        var model = Assert.Single(Parse(Embedder).Models);

        Assert.Equal("e@1", model.Id);
        Assert.Equal(ModelKind.FaceEmbedder, model.Kind);
        Assert.Equal(ChannelOrder.Rgb, model.Input.Channels);
        Assert.Equal([4f, 5f, 6f], model.Input.Scale);
        Assert.Equal(128, model.Output.Dimensions);
        Assert.Equal([5f, 6f], model.Alignment!.Points[2]);
        Assert.False(model.Input.DynamicBatch);
    }

    [Theory]
    [InlineData("\"name\": \"e\"", "\"name\": \"../e\"", "name")]
    [InlineData("e.onnx", "../e.onnx", "file")]
    [InlineData("0773f4576f11", "0773F4576F11", "sha256")]
    [InlineData("\"dimensions\": 128", "\"dimensions\": 0", "dimensions")]
    [InlineData("\"mean\": [1, 2, 3]", "\"mean\": [1, 2]", "input.mean")]
    [InlineData("[9, 10]]", "[9]]", "alignment.points")]
    [InlineData("\"width\": 112", "\"width\": -1", "sizes")]
    [InlineData("\"licence\": \"MIT\", ", "", "licence")]
    [InlineData("\"licence\"", "\"license\"", "license")]
    public void Parse_OneFault_NamesIt(string before, string after, string named)
    {
        var error = Assert.Throws<InferenceException>(() => Parse(Embedder.Replace(before, after, StringComparison.Ordinal)));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("manifest.json", error.Message, StringComparison.Ordinal);
    }

    private static ModelManifest Parse(string json) => ModelManifest.Parse(Encoding.UTF8.GetBytes(json), "manifest.json");
}
