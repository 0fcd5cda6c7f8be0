using Appliance.Daemon.Endpoints.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Appliance.Daemon.Host;

/// <summary>The OpenAPI document at <c>/swagger/v1/swagger.json</c> and its UI at <c>/swagger</c>.</summary>
internal static class ApiDocument
{
    private const string Token = "token";

    public static void Configure(SwaggerGenOptions swagger)
    {
        swagger.SwaggerDoc("v1", new OpenApiInfo
        {
            Title = "Watchpost",
            Version = "v1",
            Description = "Cameras, watchlist, alerts and outputs of one box. Log in at POST /api/v1/session and send the token as "
                + "Authorization: Bearer, or ask for a cookie. Every fault is application/problem+json (RFC 9457).",
        });
        swagger.AddSecurityDefinition(Token, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A session's or a machine's token.",
        });
        swagger.OperationFilter<Operations>();
        swagger.SupportNonNullableReferenceTypes();
        // Two rooms have a word of this name; a document's names are of no room.
        var plain = swagger.SchemaGeneratorOptions.SchemaIdSelector;
        swagger.CustomSchemaIds(type => type == typeof(Models.ModelState) ? "ModelDeskState" : plain(type));
        foreach (var comments in Directory.GetFiles(AppContext.BaseDirectory, "Appliance.*.xml"))
            swagger.IncludeXmlComments(comments);
    }

    /// <summary>What routing knows and the document should say: who may call, what else is answered, bodies that are photos.</summary>
    private sealed class Operations : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "Anything else: a problem (RFC 9457).",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new()
                    {
                        Schema = context.SchemaGenerator.GenerateSchema(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), context.SchemaRepository),
                    },
                },
            };

            if (metadata.OfType<BinaryBody>().FirstOrDefault() is { } body)
                operation.RequestBody = Binary(body.ContentTypes);
            if (metadata.OfType<IAllowAnonymous>().Any())
                return;

            if (metadata.OfType<IAuthorizeData>().LastOrDefault(data => data.Policy is not null) is { } policy)
                operation.Description = $"{operation.Description}\n\nRole: {policy.Policy} or above.".Trim();
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] }];
        }

        private static OpenApiRequestBody Binary(IReadOnlyList<string> contentTypes) => new()
        {
            Required = true,
            Content = contentTypes.ToDictionary(
                type => type,
                _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } }),
        };
    }
}

/// <summary>Marks an endpoint whose body is a file.</summary>
internal sealed record BinaryBody(params string[] ContentTypes);
