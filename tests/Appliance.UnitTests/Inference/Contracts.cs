using Appliance.Inference.Catalogue;

namespace Appliance.UnitTests.Inference;

internal static class Contracts
{
    internal static InputContract Input(
        int width = 128, int height = 128, ChannelOrder channels = ChannelOrder.Bgr, float mean = 0, float scale = 1) => new()
        {
            Name = "input",
            Width = width,
            Height = height,
            Channels = channels,
            Mean = [mean, mean, mean],
            Scale = [scale, scale, scale],
        };
}
