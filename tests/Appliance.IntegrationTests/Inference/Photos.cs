using Appliance.Capture.Photos;
using Appliance.Core.Frames;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Inference;

internal static class Photos
{
    /// <summary>A photo of the shared media.</summary>
    internal static PooledFrame Read(string name) =>
        PhotoDecoder.Decode(File.ReadAllBytes(Path.Combine(Checkout.Shared, "media", name)));
}
